/**
 * Whether the worker of a session still works. Pure: `nextWatch(state, look)`.
 *
 * A worker whose socket is closed is gone; this is for one whose socket is open. It is *silent* when nothing
 * came from it and a ping has been unanswered for `stallMs`; it *stands still* when it speaks but has decoded
 * nothing for long although audio waits. Time in which the gateway itself did not run does not count: what came
 * meanwhile is still unread.
 */
export interface WatchLimits {
  /** Longest silence behind an unanswered ping. */
  readonly stallMs: number;
  /** Longest time without decoding while audio waits. */
  readonly standstillMs: number;
}

export interface WatchState {
  readonly lookedMs: number;
  /** Time that counts since something came from the worker. */
  readonly silentMs: number;
  /** Time that counts since the worker was pinged in this silence; undefined: it was not. */
  readonly pingedMs: number | undefined;
  readonly decodedSample: number;
  readonly standingMs: number;
}

export interface WatchLook {
  readonly nowMs: number;
  /** Something (a message, a pong) came since the last look. */
  readonly hasSpoken: boolean;
  readonly decodedSample: number;
  /** Audio waits to be decoded. */
  readonly isOwing: boolean;
  /** How long one step of its engine may take, as the worker tells; 0: not long. */
  readonly stepMs: number;
}

export type WatchVerdict = 'alive' | 'ping' | 'silent' | 'standstill';

/** A worker speaks four times a second; after this much silence it is asked. */
export const PING_AFTER_MS = 500;
/** Nothing is decoded inside of a step, and several sessions may be before this one. */
const STEPS_STANDING = 4;
/** More than this between two looks is the gateway's own pause. */
const LONGEST_LOOK_MS = 400;

export function startWatch(nowMs: number, decodedSample: number): WatchState {
  return { lookedMs: nowMs, silentMs: 0, pingedMs: undefined, decodedSample, standingMs: 0 };
}

export function nextWatch(
  state: WatchState,
  look: WatchLook,
  limits: WatchLimits,
): { readonly state: WatchState; readonly verdict: WatchVerdict } {
  const passedMs = Math.min(look.nowMs - state.lookedMs, LONGEST_LOOK_MS);
  const silentMs = look.hasSpoken ? 0 : state.silentMs + passedMs;
  const pingedMs = look.hasSpoken || state.pingedMs === undefined ? undefined : state.pingedMs + passedMs;
  const hasMoved = look.decodedSample !== state.decodedSample || !look.isOwing;
  const standingMs = hasMoved ? 0 : state.standingMs + passedMs;
  const next = {
    lookedMs: look.nowMs,
    silentMs,
    pingedMs,
    decodedSample: look.decodedSample,
    standingMs,
  };
  if (pingedMs !== undefined && pingedMs >= limits.stallMs) return { state: next, verdict: 'silent' };
  if (standingMs >= Math.max(limits.standstillMs, STEPS_STANDING * look.stepMs))
    return { state: next, verdict: 'standstill' };
  if (pingedMs === undefined && silentMs >= PING_AFTER_MS) {
    return { state: { ...next, pingedMs: 0 }, verdict: 'ping' };
  }
  return { state: next, verdict: 'alive' };
}

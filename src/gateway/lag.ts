/**
 * How far a session's decoding is behind its audio, and when that is said or ends the session. Pure.
 *
 * Lag = min(audio arrived, time passed) − audio decoded, both counted from the moment the session was
 * last caught up: audio that comes faster than real time is the client's choice and never counts.
 */
import type { LagLimits } from './ports.ts';

/** Undecoded audio below which a session is caught up: chunks and windows are this long at most. */
const CAUGHT_UP_S = 0.5;

export interface LagState {
  readonly lagS: number;
  /** When and where the session was last caught up. */
  readonly sinceMs: number;
  readonly sinceS: number;
  readonly isWarned: boolean;
  /** Since when the hard limit is exceeded. */
  readonly overSinceMs: number | undefined;
}

export interface LagLook {
  readonly nowMs: number;
  /** Seconds of audio that arrived and that were decoded. */
  readonly arrivedS: number;
  readonly decodedS: number;
}

export type LagAction = 'none' | 'warn' | 'end';

export function startLag(nowMs: number): LagState {
  return { lagS: 0, sinceMs: nowMs, sinceS: 0, isWarned: false, overSinceMs: undefined };
}

export function nextLag(
  state: LagState,
  look: LagLook,
  limits: LagLimits,
): { readonly state: LagState; readonly action: LagAction } {
  const { nowMs, arrivedS, decodedS } = look;
  const undecodedS = Math.max(0, arrivedS - decodedS);
  if (undecodedS <= CAUGHT_UP_S) {
    // Dated back by what is undecoded, so that lag grows from there without a step.
    const sinceMs = nowMs - undecodedS * 1000;
    return { state: { ...startLag(sinceMs), sinceS: decodedS, lagS: undecodedS }, action: 'none' };
  }
  const offeredS = Math.min(arrivedS - state.sinceS, (nowMs - state.sinceMs) / 1000);
  const lagS = Math.max(0, offeredS - (decodedS - state.sinceS));
  const isOver = lagS * 1000 > limits.hardMs;
  const overSinceMs = isOver ? (state.overSinceMs ?? nowMs) : undefined;
  if (overSinceMs !== undefined && nowMs - overSinceMs >= limits.graceMs) {
    return { state: { ...state, lagS, overSinceMs }, action: 'end' };
  }
  const isLate = lagS * 1000 > limits.warnMs;
  // Said again only after the session has halved its lag, so that it does not flicker at the limit.
  const isWarned = isLate || (state.isWarned && lagS * 1000 > limits.warnMs / 2);
  return {
    state: { ...state, lagS, overSinceMs, isWarned },
    action: isLate && !state.isWarned ? 'warn' : 'none',
  };
}

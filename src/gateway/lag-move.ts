/**
 * Whether a session leaves a worker that decodes, but too slowly. Pure: `nextLagMove(state, look, warnMs)`.
 *
 * One that decodes nothing at all is not slow; whether it is lost is for the worker watch to say. A session that
 * lags again soon after it has moved is slow everywhere and stays, and for a while none goes back to where it came
 * from: both keep sessions from wandering about a fleet that is too slow as a whole.
 */
import type { WorkerId } from '../base/ids.ts';

/** At most one move in so long. */
export const MOVE_AGAIN_MS = 30_000;
/** How long a worker that was left for lag is not gone back to. */
export const NOT_BACK_MS = 600_000;
/** Between two tries of a session that found no other worker. */
const TRY_AGAIN_MS = 1000;
/** Longer without decoding is no slow worker. */
const DECODING_MS = 1000;

export interface LagMoveState {
  readonly decodedSample: number;
  /** When that was first seen. */
  readonly decodedMs: number;
  readonly triedMs: number;
  readonly movedMs: number;
  /** Workers left for lag, and when. */
  readonly left: ReadonlyMap<WorkerId, number>;
}

export interface LagMoveLook {
  readonly nowMs: number;
  readonly lagMs: number;
  readonly decodedSample: number;
}

export const NEVER_MOVED: LagMoveState = {
  decodedSample: -1,
  decodedMs: Number.NEGATIVE_INFINITY,
  triedMs: Number.NEGATIVE_INFINITY,
  movedMs: Number.NEGATIVE_INFINITY,
  left: new Map(),
};

/** @param warnMs lag at which clients are warned */
export function nextLagMove(
  before: LagMoveState,
  { nowMs, lagMs, decodedSample }: LagMoveLook,
  warnMs: number,
): { readonly state: LagMoveState; readonly verdict: 'stay' | 'move' } {
  const hasDecoded = decodedSample !== before.decodedSample;
  const state = hasDecoded ? { ...before, decodedSample, decodedMs: nowMs } : before;
  const isWanted =
    lagMs > warnMs &&
    nowMs - state.decodedMs < DECODING_MS &&
    nowMs - state.triedMs >= TRY_AGAIN_MS &&
    nowMs - state.movedMs >= MOVE_AGAIN_MS;
  return { state, verdict: isWanted ? 'move' : 'stay' };
}

/** Another worker is being asked for. */
export function triedToMove(state: LagMoveState, nowMs: number): LagMoveState {
  return { ...state, triedMs: nowMs };
}

/** Another worker has the session that `from` had. */
export function moved(state: LagMoveState, from: WorkerId, nowMs: number): LagMoveState {
  return { ...state, movedMs: nowMs, left: new Map([...state.left, [from, nowMs]]) };
}

/** Workers the session does not go back to. */
export function leftLately({ left }: LagMoveState, nowMs: number): readonly WorkerId[] {
  return [...left].filter(([, atMs]) => nowMs - atMs < NOT_BACK_MS).map(([id]) => id);
}

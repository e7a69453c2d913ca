/**
 * Where a session may be taken up by an engine that knows nothing of it (docs/engine.md, Restart points).
 *
 * In silence the engine returns to its initial state about once a second; that position may be
 * announced once look-back from later speech can no longer reach beyond it. When it does so depends
 * on the last reset alone, never on what has been announced: a cold start knows nothing of that. Pure.
 */
import { GRID_SAMPLES } from '../../audio/frame.ts';

/** Windows of silence after which the detector's state is dropped: 0.992 s. */
export const RESET_INTERVAL_WINDOWS = 31;
export const RESET_INTERVAL_SAMPLES: number = RESET_INTERVAL_WINDOWS * GRID_SAMPLES;

export interface RestartState {
  /** Where the state was canonical last: a restart or a reset in silence. */
  readonly lastResetSample: number;
  /** Resets whose look-back distance has not passed yet, oldest first. */
  readonly pendingSamples: readonly number[];
  /** The newest announced restart point. */
  readonly commitSample: number;
}

export function restartAt(sample: number): RestartState {
  return { lastResetSample: sample, pendingSamples: [], commitSample: sample };
}

/**
 * One idle window ended at `positionSample`.
 * `reset`: the caller must zero the detector's state now.
 */
export function nextIdleWindow(
  state: RestartState,
  positionSample: number,
  lookbackSamples: number,
): { readonly state: RestartState; readonly reset: boolean } {
  const announced = state.pendingSamples.filter((sample) => positionSample >= sample + lookbackSamples);
  const pendingSamples = state.pendingSamples.slice(announced.length);
  const commitSample = announced.at(-1) ?? state.commitSample;
  if (positionSample - state.lastResetSample < RESET_INTERVAL_SAMPLES) {
    return { state: { ...state, pendingSamples, commitSample }, reset: false };
  }
  return {
    state: {
      lastResetSample: positionSample,
      pendingSamples: [...pendingSamples, positionSample],
      commitSample,
    },
    reset: true,
  };
}

/** Speech may have begun: its look-back may reach beyond resets that wait, so they are never announced. */
export function withoutPending(state: RestartState): RestartState {
  return { ...state, pendingSamples: [] };
}

/** The grid position at or after `sample`. */
export function gridCeil(sample: number): number {
  return Math.ceil(sample / GRID_SAMPLES) * GRID_SAMPLES;
}

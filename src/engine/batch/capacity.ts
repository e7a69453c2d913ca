/**
 * How many sessions an engine can hold, from the duration of its own steps. Pure.
 *
 * All sessions in speech at once is the worst case: each needs one recogniser step a chunk and one
 * detector window each 32 ms. The time for all of them must leave a margin of the chunk free.
 */

/** Median duration of one step at a batch size, measured at start. */
export interface MeasuredStep {
  readonly batch: number;
  readonly stepMs: number;
  /** The detector's step at the same batch size. */
  readonly scoreMs: number;
}

/** Share of a chunk the models may take; the rest is sockets, features and noise. */
export const LOAD_SHARE = 0.5;
const WINDOW_MS = 32;
/** Sessions never promised beyond this, whatever the machine: more have not been tried. */
const MOST_SESSIONS = 256;

/** Sessions that fit, at least 1. `measured` is ascending by batch and not empty. */
export function sessionsWithin(measured: readonly MeasuredStep[], chunkMs: number): number {
  let sessions = 1;
  while (sessions < MOST_SESSIONS && loadMs(measured, sessions + 1, chunkMs) <= LOAD_SHARE * chunkMs)
    sessions++;
  return sessions;
}

/** Time all `sessions` need for one chunk of each, in the largest batches measured. */
export function loadMs(measured: readonly MeasuredStep[], sessions: number, chunkMs: number): number {
  const largest = measured.at(-1);
  if (!largest) return Number.POSITIVE_INFINITY;
  const whole = Math.floor(sessions / largest.batch);
  const rest = sessions % largest.batch;
  const windows = chunkMs / WINDOW_MS;
  const cost = (step: MeasuredStep): number => step.stepMs + windows * step.scoreMs;
  return whole * cost(largest) + (rest > 0 ? cost(interpolate(measured, rest)) : 0);
}

function interpolate(measured: readonly MeasuredStep[], batch: number): MeasuredStep {
  const above = measured.find((step) => step.batch >= batch) as MeasuredStep;
  const below = measured.filter((step) => step.batch < batch).at(-1);
  if (!below || above.batch === batch) return above;
  const share = (batch - below.batch) / (above.batch - below.batch);
  return {
    batch,
    stepMs: below.stepMs + share * (above.stepMs - below.stepMs),
    scoreMs: below.scoreMs + share * (above.scoreMs - below.scoreMs),
  };
}

/**
 * How many sessions an engine can hold, from the duration of its own steps. Pure.
 *
 * All sessions in speech at once is the worst case: each needs one recogniser step a chunk and one
 * detector window each 32 ms. The time for all of them must leave a margin of the chunk free.
 */

/** Durations at one batch size, measured at start. */
export interface MeasuredStep {
  readonly batch: number;
  /** Median of one recogniser step. */
  readonly stepMs: number;
  /** The slowest of the runs. */
  readonly slowestStepMs: number;
  /** One window of the detector for as many sessions. */
  readonly scoreMs: number;
}

/** One model on one engine thread; `steps` is ascending by batch and not empty. */
export interface MeasuredModel {
  readonly model: string;
  /** Audio that one step of a session covers: a chunk, or for whole utterances their measured length. */
  readonly periodMs: number;
  readonly steps: readonly MeasuredStep[];
}

/** Length of the utterances that are measured where a model takes them whole; a chunk is never so long. */
export const MEASURED_UTTERANCE_MS = 5000;
const LONGEST_UTTERANCE_MS = 30_000;
/** Share of a chunk in which all sessions must have had their step. */
export const LOAD_SHARE = 0.8;
/**
 * Share of a core that sockets, features, gathering and batches less full than the measured ones take beside each
 * engine thread: at a quarter a worker promised 202 sessions where 168 were held.
 */
const SERVING_SHARE = 0.45;
const WINDOW_MS = 32;
/** Sessions never promised beyond this, whatever the machine: more have not been tried. */
export const MOST_SESSIONS = 2048;
/** A larger batch must be so much cheaper a session to be worth its longer wait. */
const WORTHWHILE = 0.97;

/**
 * The longest step a thread may be expected to make. Of models that take whole utterances the length of one that was
 * measured says what the longest will cost.
 */
export function longestStepMs(models: readonly MeasuredModel[]): number {
  const ofEach = models.map(({ periodMs, steps }) => {
    const slowestMs = Math.max(0, ...steps.map((step) => step.slowestStepMs));
    return slowestMs * (periodMs >= MEASURED_UTTERANCE_MS ? LONGEST_UTTERANCE_MS / periodMs : 1);
  });
  return Math.max(0, ...ofEach);
}

/** Sessions that fit one engine thread, at least 1. */
export function sessionsWithin(measured: MeasuredModel): number {
  const { periodMs } = measured;
  const largest = bestBatch(measured);
  const steps = measured.steps.filter(({ batch }) => batch <= largest);
  const budgetMs = LOAD_SHARE * (1 - SERVING_SHARE) * periodMs;
  let sessions = 1;
  while (sessions < MOST_SESSIONS && loadMs(steps, sessions + 1, periodMs) <= budgetMs) sessions++;
  return sessions;
}

/** The batch size beyond which a session's share of a step no longer falls, or its step would fill the chunk. */
export function bestBatch({ steps, periodMs }: MeasuredModel): number {
  let best = steps[0];
  for (const step of steps) {
    const isTooLong = step.stepMs > (LOAD_SHARE * periodMs) / 2;
    if (best && !isTooLong && step.stepMs / step.batch <= (WORTHWHILE * best.stepMs) / best.batch)
      best = step;
  }
  return best?.batch ?? 1;
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
    slowestStepMs: below.slowestStepMs + share * (above.slowestStepMs - below.slowestStepMs),
    scoreMs: below.scoreMs + share * (above.scoreMs - below.scoreMs),
  };
}

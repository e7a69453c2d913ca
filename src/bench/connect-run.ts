/** New sessions at a fixed rate, each speaking for a moment: how long it takes until one may begin. */
import { runCrowd, type CrowdOptions } from './crowd/run-crowd.ts';
import { CROWD_FIGURES, crowdDetails, crowdFigures } from './crowd/crowd-figures.ts';
import { SPEAKS_AFTER_MS, type Speaker } from './crowd/speaker.ts';
import { createTally } from './crowd/tally.ts';
import { type Measurement, rounded } from './measurement.ts';
import { createStepRecorder, METRICS } from './recorder.ts';
import { histogramFigures } from './threshold.ts';
import { reasonsForVoid } from './verdict.ts';

export interface ConnectOptions extends CrowdOptions {
  /** New sessions a second. */
  readonly rate: number;
  readonly seconds: number;
  /** How long each of them speaks. */
  readonly holdMs: number;
  readonly voidLatenessMs: number;
}

export const CONNECT_METRICS: readonly string[] = [
  ...histogramFigures(METRICS),
  ...CROWD_FIGURES,
  'admitted_per_s',
];

/** One speaker each 1/rate seconds, who comes once. Pure. */
export function arrivalsAtRate({
  rate,
  seconds,
  holdMs,
}: Pick<ConnectOptions, 'rate' | 'seconds' | 'holdMs'>): readonly Speaker[] {
  return Array.from({ length: Math.max(1, Math.floor(rate * seconds)) }, (_, index) => {
    const arriveAtMs = (index * 1000) / rate;
    return {
      arriveAtMs,
      leaveAtMs: arriveAtMs + SPEAKS_AFTER_MS + holdMs,
      lifeMs: { least: holdMs, most: holdMs },
      returns: false,
    };
  });
}

/** @throws the signal's reason */
export async function runConnect(options: ConnectOptions): Promise<Measurement> {
  const { clock, seconds } = options;
  const startedAt = clock.date();
  const recorder = createStepRecorder({ measureFromMs: 0, measureUntilMs: Number.POSITIVE_INFINITY });
  const tally = createTally();
  const originMs = clock.nowMs();
  const sinceMs = (): number => clock.nowMs() - originMs;
  await runCrowd(options, { speakers: arrivalsAtRate(options), recorder, tally, sinceMs });
  return {
    kind: 'connect',
    startedAt,
    model: tally.model,
    whyVoid: reasonsForVoid({ recorder }, options.voidLatenessMs),
    figures: {
      ...crowdFigures(tally, recorder),
      admitted_per_s: rounded(tally.counts.admitted / seconds),
    },
    metrics: recorder.figures(),
    details: crowdDetails(tally),
  };
}

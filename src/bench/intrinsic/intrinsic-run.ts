/** What this machine adds to every measurement, before anything is measured on it. */
import type { Clock } from '../../base/clock.ts';
import { type Measurement, rounded } from '../measurement.ts';
import { histogramFigures } from '../threshold.ts';
import { readBusyGaps } from './busy-gaps.ts';
import { readLoopback } from './loopback.ts';
import { readTimers } from './timer-lateness.ts';

/** Shares of the time: one after the other, since together they would measure each other. */
const TIMERS = 0.5;
const BUSY = 0.3;
const LOOPBACK = 0.2;

const HISTOGRAMS = ['timer_lateness', 'busy_gap', 'loopback_rtt'] as const;

export const INTRINSIC_METRICS: readonly string[] = [
  ...histogramFigures(HISTOGRAMS),
  'loop_delay_p50_ms',
  'loop_delay_p99_ms',
  'loop_delay_max_ms',
  'stolen_share',
  'clock_resolution_us',
];

export interface IntrinsicOptions {
  readonly clock: Clock;
  readonly durationMs: number;
  readonly signal: AbortSignal;
}

/** @throws the signal's reason */
export async function runIntrinsic({ clock, durationMs, signal }: IntrinsicOptions): Promise<Measurement> {
  const startedAt = clock.date();
  const timers = await readTimers(clock, durationMs * TIMERS, signal);
  const busy = await readBusyGaps(clock, durationMs * BUSY, signal);
  const roundTrip = await readLoopback(clock, durationMs * LOOPBACK, signal);
  const metrics = {
    timer_lateness: timers.lateness.figures(),
    busy_gap: busy.gaps.figures(),
    loopback_rtt: roundTrip.figures(),
  };
  return {
    kind: 'intrinsic',
    startedAt,
    model: undefined,
    // Whatever is found is the machine as it was: there is no generator beside it that could be late.
    whyVoid: [],
    figures: {
      loop_delay_p50_ms: rounded(timers.loopDelayMs.p50),
      loop_delay_p99_ms: rounded(timers.loopDelayMs.p99),
      loop_delay_max_ms: rounded(timers.loopDelayMs.max),
      stolen_share: rounded(busy.stolenShare),
      clock_resolution_us: rounded(busy.resolutionMs * 1000),
    },
    metrics,
    details: { duration_s: durationMs / 1000 },
  };
}

/** The latency budget, stage by stage, beside what was measured (docs/bench.md, BEN-38 and BEN-39). Pure. */
import type { LatencyHistogram } from '../histogram.ts';
import type { FleetStages, Quantiles } from './fleet-stages.ts';
import type { WordRecorder } from './word-recorder.ts';

export interface StageRow {
  readonly stage: string;
  /** Null where the budget has none of its own. */
  readonly budget_ms: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** What a word inside speech may take, 95 of 100 times. */
export const TOTAL_BUDGET_MS = 500;

export interface StageParts {
  readonly words: Pick<WordRecorder, 'histograms'>;
  readonly roundTrips: LatencyHistogram;
  readonly fleet: FleetStages;
}

/** From the end of a word to its first sight, in the order in which the time passes. */
export function stageRows({ words, roundTrips, fleet }: StageParts): readonly StageRow[] {
  const {
    word_buffer: buffer,
    word_audio: audio,
    word_answer: answer,
    inside_first: total,
  } = words.histograms;
  const network = scaled(quantilesOf(roundTrips), 0.5);
  const { detector, stepWait, step } = fleet;
  const link = less(fleet.gateway, detector, stepWait, step);
  const rest = less(quantilesOf(answer), network, network, fleet.gateway);
  const row = (stage: string, budget: number | null, { p50, p95 }: Quantiles): StageRow => ({
    ...{ stage, budget_ms: budget },
    ...{ p50: rounded(p50), p95: rounded(p95) },
  });
  return [
    row('buffer', 100, quantilesOf(buffer)),
    row('network in', 50, network),
    row('gateway', 20, link),
    row('vad', 20, detector),
    row('asr: more audio', 250, quantilesOf(audio)),
    row('asr: step wait', null, stepWait),
    row('asr: step', null, step),
    row('network back', 50, network),
    row('unattributed', null, rest),
    row('total', TOTAL_BUDGET_MS, quantilesOf(total)),
  ];
}

function quantilesOf(histogram: LatencyHistogram): Quantiles {
  return { p50: histogram.percentileMs(50) ?? null, p95: histogram.percentileMs(95) ?? null };
}

function scaled({ p50, p95 }: Quantiles, factor: number): Quantiles {
  return { p50: p50 === null ? null : p50 * factor, p95: p95 === null ? null : p95 * factor };
}

/** Quantile by quantile; null as soon as one of them is not known. */
function less(whole: Quantiles, ...parts: readonly Quantiles[]): Quantiles {
  const rest = (figure: 'p50' | 'p95'): number | null =>
    [...parts].reduce<number | null>((left, part) => {
      const taken = part[figure];
      return left === null || taken === null ? null : left - taken;
    }, whole[figure]);
  return { p50: rest('p50'), p95: rest('p95') };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}

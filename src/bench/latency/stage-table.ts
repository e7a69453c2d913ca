/** The latency budget, stage by stage, beside what was measured (docs/bench.md, BEN-38 and BEN-39). Pure. */
import type { LatencyHistogram } from '../histogram.ts';
import type { FleetStages } from './fleet-stages.ts';
import { partsAt } from './word-parts.ts';
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
  readonly words: Pick<WordRecorder, 'histograms' | 'parts'>;
  readonly roundTrips: LatencyHistogram;
  readonly fleet: FleetStages;
}

/** From the end of a word to its first sight, in the order in which the time passes; each column adds up to its total. */
export function stageRows(parts: StageParts): readonly StageRow[] {
  const [usual, slow] = [column('p50', parts), column('p95', parts)];
  return STAGES.map(([stage, budget]) => ({
    stage,
    budget_ms: budget,
    p50: rounded(usual[stage]),
    p95: rounded(slow[stage]),
  }));
}

const STAGES = [
  ['buffer', 100],
  ['network in', 50],
  ['gateway', 20],
  ['vad', 20],
  ['asr: more audio', 250],
  ['asr: step wait', null],
  ['asr: step', null],
  ['network back', 50],
  ['unattributed', null],
  ['total', TOTAL_BUDGET_MS],
] as const;

type Stage = (typeof STAGES)[number][0];

function column(
  quantile: 'p50' | 'p95',
  { words, roundTrips, fleet }: StageParts,
): Readonly<Record<Stage, number | null>> {
  const percent = quantile === 'p50' ? 50 : 95;
  const word = partsAt(quantile, words.parts);
  const total = words.histograms.inside_first.percentileMs(percent) ?? null;
  const roundTripMs = roundTrips.percentileMs(percent) ?? null;
  const network = roundTripMs === null ? null : roundTripMs / 2;
  const [response, vad, wait, step] = [
    ...[fleet.gateway[quantile], fleet.detector[quantile]],
    ...[fleet.stepWait[quantile], fleet.step[quantile]],
  ] as const;
  const [buffer, audio] = [word?.bufferMs ?? null, word?.audioMs ?? null];
  return {
    buffer,
    'network in': network,
    gateway: less(response, vad, wait, step),
    vad,
    'asr: more audio': audio,
    'asr: step wait': wait,
    'asr: step': step,
    'network back': network,
    unattributed: less(total, buffer, network, response, audio, network),
    total,
  };
}

/** Null as soon as one of them is not known. */
function less(whole: number | null, ...parts: readonly (number | null)[]): number | null {
  return parts.reduce((left, part) => (left === null || part === null ? null : left - part), whole);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}

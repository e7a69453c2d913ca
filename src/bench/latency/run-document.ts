/** One run of one load as it stands in the document, and every figure it has. Pure. */
import type { HistogramFigures } from '../histogram.ts';
import { histogramFigure, type StepDocument, stepDocument } from '../load-document.ts';
import { METRICS } from '../recorder.ts';
import { histogramFigures } from '../threshold.ts';
import type { JudgedRun } from './latency-run.ts';
import type { StageRow } from './stage-table.ts';
import { WORD_METRICS, type WordCounts, type WordMetric } from './word-recorder.ts';

export interface RunDocument extends Omit<StepDocument, 'metrics' | 'sessions'> {
  readonly run: number;
  readonly metrics: StepDocument['metrics'] & Readonly<Record<WordMetric, HistogramFigures>>;
  readonly words: Readonly<WordCounts>;
  /** Null where they were not asked for. */
  readonly stages: readonly StageRow[] | null;
}

const COUNTS = ['refused', 'errors', 'timeouts', 'incomplete', 'wer', 'goodput', 'missed', 'lost'] as const;

export const LATENCY_METRICS: readonly string[] = [
  ...histogramFigures([...METRICS, ...WORD_METRICS]),
  ...COUNTS,
];

export function runDocument({ run, words, stages, ...judged }: JudgedRun): RunDocument {
  const { sessions: _sessions, metrics, ...step } = stepDocument(judged);
  return {
    run,
    ...step,
    metrics: { ...metrics, ...words.figures() },
    words: { ...words.counts },
    stages: stages ?? null,
  };
}

/** Null where it was not measured. */
export function figureOf(run: RunDocument, metric: string): number | null {
  const { refused, errors, timeouts, incomplete, goodput, words } = run;
  const counts: Readonly<Record<string, number | null>> = {
    ...{ refused, errors, timeouts, incomplete, goodput },
    ...{ wer: run.wer?.wer ?? null, missed: words.missed, lost: words.lost },
  };
  const count = counts[metric];
  return count === undefined ? histogramFigure(run.metrics, metric) : count;
}

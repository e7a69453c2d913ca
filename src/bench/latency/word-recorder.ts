/** Latencies of words in one run; docs/bench.md defines each. */
import type { WordParts } from './word-parts.ts';
import { createLatencyHistogram, type HistogramFigures, type LatencyHistogram } from '../histogram.ts';

export const WORD_METRICS = [
  'word_first',
  'word_stable',
  'word_final',
  'inside_first',
  'true_end_lag',
] as const;
export type WordMetric = (typeof WORD_METRICS)[number];

/** Words that were spoken in the measured time; the others are some of them. */
export interface WordCounts {
  spoken: number;
  /** Not recognised as they were said. */
  missed: number;
  /** Of sessions that failed, in no final. */
  lost: number;
  /** Shown before they were over. */
  early: number;
}

export interface WordRecorder {
  readonly histograms: Readonly<Record<WordMetric, LatencyHistogram>>;
  readonly counts: WordCounts;
  /** Of each word inside speech. */
  readonly parts: WordParts[];
  figures(): Readonly<Record<WordMetric, HistogramFigures>>;
}

function forEachMetric<T>(make: (name: WordMetric) => T): Readonly<Record<WordMetric, T>> {
  // Object.fromEntries forgets the keys; WORD_METRICS is all of them.
  return Object.fromEntries(WORD_METRICS.map((name) => [name, make(name)])) as Record<WordMetric, T>;
}

export function createWordRecorder(): WordRecorder {
  const histograms = forEachMetric(createLatencyHistogram);
  return {
    histograms,
    parts: [],
    counts: { spoken: 0, missed: 0, lost: 0, early: 0 },
    figures: () => forEachMetric((name) => histograms[name].figures()),
  };
}

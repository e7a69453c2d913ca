/** Which of several runs stands for all of them, and how far apart they lie. Pure. */
import { figureOf, LATENCY_METRICS, type RunDocument } from './run-document.ts';

export interface Spread {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

/** What a load came to. */
export interface LoadFigures {
  readonly sessions: number;
  /** Of the median run; `void` when no run may be believed. */
  readonly verdict: 'pass' | 'fail' | 'void';
  /** Of the runs that may be believed: the value of the median run, the least and the greatest of all. */
  readonly figures: Readonly<Record<string, Spread>>;
}

/** A run that is believed has at least one of these; the first that all have orders them. */
const ORDERED_BY = ['word_final', 'final_lag', 'resp_lag'] as const;

/** The middle one of the runs that may be believed, the faster of two. */
export function medianRun(runs: readonly RunDocument[]): RunDocument | undefined {
  const valid = runs.filter(({ verdict }) => verdict !== 'void');
  const name = ORDERED_BY.find((metric) => valid.every(({ metrics }) => metrics[metric].p95 !== null));
  if (name === undefined) return valid[(valid.length - 1) >> 1];
  const order = (run: RunDocument): number => run.metrics[name].p95 ?? 0;
  return valid.toSorted((a, b) => order(a) - order(b))[(valid.length - 1) >> 1];
}

/** Every figure that the median run has. */
export function spreadsOf(runs: readonly RunDocument[]): LoadFigures['figures'] {
  const valid = runs.filter(({ verdict }) => verdict !== 'void');
  const median = medianRun(runs);
  const spreads = LATENCY_METRICS.flatMap((metric): [string, Spread][] => {
    const value = median === undefined ? null : figureOf(median, metric);
    if (value === null) return [];
    const all = valid.flatMap((run) => figureOf(run, metric) ?? []);
    return [[metric, { value, min: Math.min(...all), max: Math.max(...all) }]];
  });
  return Object.fromEntries(spreads);
}

/** The least load whose median run broke the promise or had somebody refused. */
export function kneeOf(loads: readonly LoadFigures[]): number | null {
  const broken = loads.filter(({ verdict, figures }) => {
    if (verdict === 'void') return false;
    return verdict === 'fail' || (figures['refused']?.value ?? 0) > 0;
  });
  return broken.length === 0 ? null : Math.min(...broken.map(({ sessions }) => sessions));
}

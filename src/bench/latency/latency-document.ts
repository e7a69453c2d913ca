/** A latency run as the JSON document `rt.bench/v1` (docs/bench.md). Times in milliseconds unless the name says other. */
import type { Environment } from '../environment.ts';
import type { ThresholdDocument } from '../load-document.ts';
import { isKept, type Threshold } from '../threshold.ts';
import type { BaselineComparison } from './baseline.ts';
import type { LatencyResult } from './latency-run.ts';
import { kneeOf, type LoadFigures, medianRun, spreadsOf } from './median-run.ts';
import { figureOf, type RunDocument, runDocument } from './run-document.ts';

export interface LatencyLoadDocument extends LoadFigures {
  /** Number of the run whose figures stand for the load; null when none may be believed. */
  readonly median_run: number | null;
  readonly runs: readonly RunDocument[];
}

export interface LatencyDocument {
  readonly schema: 'rt.bench/v1';
  readonly kind: 'latency';
  readonly at: string;
  readonly environment: Environment;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly model: string | null;
  /** Limit of resp_lag's p95; null where there was none. */
  readonly slo_ms: number | null;
  /** `words`: it is known when each word is spoken; `none`: there are no latencies of words. */
  readonly truth: 'words' | 'none';
  readonly loads: readonly LatencyLoadDocument[];
  /** The least load that broke the promise; null where none did. */
  readonly knee: number | null;
  readonly void_runs: number;
  readonly thresholds: readonly ThresholdDocument[];
  readonly baseline: BaselineComparison | null;
}

export function latencyDocument(
  result: LatencyResult,
  context: {
    readonly environment: Environment;
    readonly settings: LatencyDocument['settings'];
    readonly thresholds: readonly Threshold[];
  },
): LatencyDocument {
  const loads = result.loads.map(({ sessions, runs }) => loadDocument(sessions, runs.map(runDocument)));
  return {
    schema: 'rt.bench/v1',
    kind: 'latency',
    at: result.startedAt.toISOString(),
    environment: context.environment,
    settings: context.settings,
    model: result.model ?? null,
    slo_ms: result.sloMs ?? null,
    truth: result.hasTruth ? 'words' : 'none',
    loads,
    knee: kneeOf(loads),
    void_runs: loads.flatMap(({ runs }) => runs).filter(({ verdict }) => verdict === 'void').length,
    thresholds: context.thresholds.flatMap((threshold) =>
      loads.map((load) => {
        const run = runOf(load);
        const value = run === undefined ? null : figureOf(run, threshold.metric);
        return { threshold: threshold.text, sessions: load.sessions, value, kept: isKept(threshold, value) };
      }),
    ),
    baseline: null,
  };
}

/** The run whose figures stand for the load. */
export function runOf({ runs, median_run: number }: LatencyLoadDocument): RunDocument | undefined {
  return runs.find(({ run }) => run === number);
}

function loadDocument(sessions: number, runs: readonly RunDocument[]): LatencyLoadDocument {
  const median = medianRun(runs);
  return {
    sessions,
    verdict: median?.verdict ?? 'void',
    median_run: median?.run ?? null,
    figures: spreadsOf(runs),
    runs,
  };
}

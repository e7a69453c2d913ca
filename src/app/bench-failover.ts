/** `rt bench failover`: rehearsals of lost workers and gateways as one measurement. */
import { systemClock } from '../base/clock.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../bench/histogram.ts';
import type { Measurement } from '../bench/measurement.ts';
import { histogramFigures } from '../bench/threshold.ts';
import { recordRun } from '../chaos/check/run-record.ts';
import { isKept } from '../chaos/check/sum-verdicts.ts';
import type { Scenario } from '../chaos/run/plan.ts';
import type { TrialResult } from '../chaos/run/rehearse.ts';
import { runChaos } from './chaos-run.ts';
import { countWordLosses, type WordLosses } from './word-losses.ts';

const HISTOGRAMS = ['gap', 'gap_final', 'resumed'] as const;
const COUNTS = [
  'trials',
  'sessions',
  'words',
  'failovers',
  'resumes',
  'lost',
  'doubled',
  'reordered',
  'violated',
] as const;

export const FAILOVER_METRICS: readonly string[] = [...histogramFigures(HISTOGRAMS), ...COUNTS];

type Counts = Record<(typeof COUNTS)[number], number>;

export interface FailoverTally {
  readonly counts: Readonly<Counts>;
  readonly histograms: Readonly<Record<(typeof HISTOGRAMS)[number], LatencyHistogram>>;
  /** Takes one run; those without a fault are counted for their words alone. */
  add(trial: TrialResult): void;
}

export interface FailoverOptions {
  readonly scenarios: readonly Scenario[];
  readonly trials: number;
  readonly sessions: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onTrial: (scenario: Scenario, trial: TrialResult) => void;
}

export function createFailoverTally(): FailoverTally {
  const counts: Counts = {
    ...{ trials: 0, sessions: 0, words: 0, failovers: 0, resumes: 0 },
    ...{ lost: 0, doubled: 0, reordered: 0, violated: 0 },
  };
  const histograms = {
    gap: createLatencyHistogram(),
    gap_final: createLatencyHistogram(),
    resumed: createLatencyHistogram(),
  };
  const addLosses = (losses: WordLosses): void => {
    counts.lost += losses.lost;
    counts.doubled += losses.doubled;
    counts.reordered += losses.reordered;
  };
  return {
    counts,
    histograms,
    add({ arm, entries, verdict }) {
      const { figures } = verdict;
      if (!isKept(verdict)) counts.violated += 1;
      addLosses(countWordLosses(recordRun(entries)));
      if (arm === 'baseline') return;
      counts.trials += 1;
      for (const name of ['sessions', 'words', 'failovers', 'resumes'] as const)
        counts[name] += figures[name];
      for (const { gapFirstMs, gapFinalMs } of figures.gaps.filter(({ disturbed }) => disturbed)) {
        histograms.gap.recordMs(gapFirstMs);
        histograms.gap_final.recordMs(gapFinalMs);
      }
      for (const resumeMs of figures.resumeMs) histograms.resumed.recordMs(resumeMs);
    },
  };
}

/** Each scenario in a cluster of its own. @throws RtError component_missing, timeout; the signal's reason */
export async function runFailover(options: FailoverOptions): Promise<Measurement> {
  const { scenarios, trials, sessions, seed, signal } = options;
  const startedAt = systemClock.date();
  const all = createFailoverTally();
  const each: Record<string, unknown> = {};
  const trialsInOrder: TrialGap[] = [];
  for (const scenario of scenarios) {
    const one = createFailoverTally();
    const rehearsal = { scenario, seed, sessions, trials, firstTrial: 0, attached: undefined, signal };
    for await (const trial of runChaos(rehearsal)) {
      all.add(trial);
      one.add(trial);
      if (trial.arm === 'disturbed') trialsInOrder.push(gapOf(scenario, trial));
      options.onTrial(scenario, trial);
    }
    each[scenario.name] = { ...one.counts, metrics: metricsOf(one) };
  }
  return {
    kind: 'failover',
    startedAt,
    model: undefined,
    // Gaps are differences of two runs by one clock; nothing here is counted from a plan.
    whyVoid: [],
    figures: { ...all.counts },
    metrics: metricsOf(all),
    details: { scenarios: each, trials: trialsInOrder },
  };
}

/** One fault, and the longest gap it left in any session; null where it disturbed none. */
interface TrialGap {
  readonly scenario: string;
  readonly trial: number;
  readonly fault: string;
  readonly gap_max_ms: number | null;
}

function gapOf(scenario: Scenario, { trial, label, verdict }: TrialResult): TrialGap {
  const gapsMs = verdict.figures.gaps
    .filter(({ disturbed }) => disturbed)
    // As the histogram beside it takes them: a word that came earlier was not late, and in whole microseconds.
    .map(({ gapFirstMs }) => Math.round(Math.max(0, gapFirstMs) * 1000) / 1000);
  const longestMs = gapsMs.length === 0 ? null : Math.max(...gapsMs);
  return { scenario: scenario.name, trial, fault: label, gap_max_ms: longestMs };
}

function metricsOf({ histograms }: FailoverTally): Measurement['metrics'] {
  const { gap, gap_final: gapFinal, resumed } = histograms;
  return { gap: gap.figures(), gap_final: gapFinal.figures(), resumed: resumed.figures() };
}

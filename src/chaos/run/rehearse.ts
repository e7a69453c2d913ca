/** Trials one after the other in one cluster, each judged as soon as it is over. */
import { checkHistory } from '../check/check-history.ts';
import type { Verdict } from '../check/verdict.ts';
import type { HistoryEntry } from '../history/entry.ts';
import {
  planTrial,
  runTrial,
  type TrialIdentity,
  type TrialParts,
  TRIALS_OF_PROGRAM,
  type Undisturbed,
  undisturbedOf,
} from './run-trial.ts';

export interface RehearsalOptions extends Omit<TrialIdentity, 'trial'> {
  readonly firstTrial: number;
  readonly trials: number;
}

export interface TrialResult {
  readonly trial: number;
  readonly arm: 'baseline' | 'disturbed';
  /** What was planned, in a few words. */
  readonly label: string;
  readonly entries: readonly HistoryEntry[];
  readonly verdict: Verdict;
}

/** Yields the undisturbed run before the first of the trials it serves. @throws as runTrial does */
export async function* rehearse(options: RehearsalOptions, parts: TrialParts): AsyncGenerator<TrialResult> {
  const { firstTrial, trials, ...shared } = options;
  let undisturbed: Undisturbed | undefined;
  for (let trial = firstTrial; trial < firstTrial + trials; trial++) {
    const identity = { ...shared, trial };
    if (undisturbed === undefined || trial % TRIALS_OF_PROGRAM === 0) {
      const entries = await runTrial(identity, parts);
      undisturbed = undisturbedOf(entries);
      yield { trial, arm: 'baseline', label: 'no fault', entries, verdict: checkHistory(entries) };
    }
    const entries = await runTrial(identity, parts, undisturbed);
    const label = planTrial(identity)
      .faults.map((fault) => fault.label)
      .join(', ');
    yield { trial, arm: 'disturbed', label, entries, verdict: checkHistory(entries) };
  }
}

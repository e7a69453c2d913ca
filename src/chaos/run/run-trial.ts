/**
 * One trial: sessions speak, a fault happens, everything is written down.
 *
 * Always true: a trial begins with a whole and idle cluster; it ends when every session is over, every fault is healed
 * and what was held is free again, or 10 s later; the sessions of both arms say the same.
 */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../base/clock.ts';
import { randomFrom, seedFrom } from '../../base/random.ts';
import { arrivalsOf } from '../check/arrivals.ts';
import { recordRun } from '../check/run-record.ts';
import type { HistoryEntry, WordArrival } from '../history/entry.ts';
import { type HistoryLog, openHistory, RUN } from '../history/history-log.ts';
import { driveSession } from './drive-session.ts';
import type { Fleet } from './fleet.ts';
import { inflict } from './inflict.ts';
import { delayOf, type Fact, type PlannedFault, type Scenario } from './plan.ts';
import { canariesOf, searchLog } from './search-logs.ts';
import { makePrograms, type SessionProgram } from './session-program.ts';
import { watchFleet } from './watch-fleet.ts';

/** Trials that say the same, so that one undisturbed run serves them all. */
export const TRIALS_OF_PROGRAM = 10;

export interface TrialIdentity {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly sessions: number;
  readonly trial: number;
}

export interface TrialParts {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Arrivals of each session's words without a fault, by actor. */
export type Undisturbed = ReadonlyMap<string, readonly WordArrival[]>;

export interface TrialPlan {
  readonly programs: readonly SessionProgram[];
  readonly faults: readonly PlannedFault[];
}

/** What the trial is going to be: a function of its identity alone. */
export function planTrial({ scenario, seed, sessions, trial }: TrialIdentity): TrialPlan {
  const labels = [scenario.name, seed, Math.floor(trial / TRIALS_OF_PROGRAM)];
  const programs = makePrograms({ shape: scenario.audio, sessions, labels });
  const random = randomFrom(seedFrom('fault', scenario.name, seed, trial));
  return { programs, faults: scenario.plan({ random, programs }) };
}

/**
 * Runs the arm with the faults, or without `undisturbed` the arm that nothing happens in.
 * @throws RtError timeout, not_found, session_failed for a cluster that cannot be rehearsed on; the signal's reason
 */
export async function runTrial(
  identity: TrialIdentity,
  parts: TrialParts,
  undisturbed?: Undisturbed,
): Promise<readonly HistoryEntry[]> {
  const { fleet, clock } = parts;
  const { programs, faults } = planTrial(identity);
  await fleet.whole();
  const history = openHistory(clock);
  const { scenario, seed, sessions, trial } = identity;
  const arm = undisturbed === undefined ? 'baseline' : 'disturbed';
  history.add(RUN, { op: 'run', scenario: scenario.name, seed, trial, sessions, arm });
  for (const { actor, words } of programs) {
    const truth = words.map(({ id, startSample, endSample }) => ({ id, start: startSample, end: endSample }));
    history.add(actor, { op: 'truth', words: truth });
    history.add(actor, { op: 'undisturbed', words: undisturbed?.get(actor) ?? [] });
  }
  const logs = fleet.readLogs();
  const watch = await watchFleet({ fleet, history, clock });
  try {
    await rehearse(undisturbed === undefined ? [] : faults, { ...parts, identity, programs, history });
    await watch.settle();
  } finally {
    await watch.stop();
  }
  const canaries = new Set(canariesOf(history.entries));
  for (const log of logs.since()) history.add(RUN, searchLog(log, canaries));
  return history.entries;
}

interface RehearsalParts extends TrialParts {
  readonly identity: TrialIdentity;
  readonly programs: readonly SessionProgram[];
  readonly history: HistoryLog;
}

/** The list from its nth entry on, and round again. */
function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const from = by % Math.max(1, list.length);
  return [...list.slice(from), ...list.slice(0, from)];
}

/** Resolves when sessions and faults are over. */
async function rehearse(faults: readonly PlannedFault[], parts: RehearsalParts): Promise<void> {
  const { fleet, clock, programs, history, identity } = parts;
  const { scenario, seed, trial } = identity;
  const sessionIds = new Map<number, string>();
  const gatewayUrls = new Map<number, string>();
  const broken = new AbortController();
  const signal = AbortSignal.any([parts.signal, broken.signal]);
  // Every session listens to it, in several places.
  setMaxListeners(0, signal);
  const waiting = new Set(faults);
  const running: Promise<void>[] = [];
  const onFact = (fact: Fact): void => {
    for (const fault of waiting) {
      const delayMs = delayOf(fault.at, fact);
      if (delayMs === undefined) continue;
      waiting.delete(fault);
      const done = (async () => {
        if (delayMs > 0) await clock.sleep(delayMs, signal);
        await inflict(fault, { fleet, history, clock, signal, sessionIds, gatewayUrls });
      })();
      done.catch((error: unknown) => broken.abort(error));
      running.push(done);
    }
  };
  try {
    await Promise.all(
      programs.map((program, index) =>
        driveSession({
          ...parts,
          ...{ program, index, history, signal, onFact, resumes: scenario.resumes },
          gateways: rotate(fleet.gateways, index),
          random: randomFrom(seedFrom('client', scenario.name, seed, trial, index)),
          onConnect: (url) => void gatewayUrls.set(index, url),
          onSession: (session) => void sessionIds.set(index, session),
        }),
      ),
    );
    await Promise.all(running);
  } finally {
    // What was stopped is to go on before anybody leaves.
    await Promise.allSettled(running);
  }
}

/** What a run without faults says of when words arrive. */
export function undisturbedOf(entries: readonly HistoryEntry[]): Undisturbed {
  return new Map(recordRun(entries).sessions.map((session) => [session.actor, arrivalsOf(session)]));
}

/** What the sessions of one step came to. Pure. */
import { type Program, spokenIn } from './program.ts';
import { dueMs, messageOf, type Schedule, type SessionPlan } from './schedule.ts';
import type { Transcript } from './score.ts';
import type { SessionRun } from './session-run.ts';

export interface StepSummary {
  /** Sessions offered. */
  readonly sessions: number;
  /** Sessions that began. */
  readonly admitted: number;
  readonly refused: number;
  /** Sessions that ended otherwise than by being answered, begun or not; refused ones are not among them. */
  readonly failed: number;
  /** Answered, but for less or more audio than was sent. */
  readonly incomplete: number;
  /** How often each code was the reason of a failure, of a refusal, of a warning. */
  readonly failures: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  /** When those who were refused may come again, as the server says it; undefined where it never did. */
  readonly retryAfterMs: { readonly min: number; readonly max: number } | undefined;
  /** Seconds of audio that were sent and answered per second of measured time. */
  readonly goodput: number;
  /** Of the sessions that were answered. */
  readonly transcripts: readonly Transcript[];
}

export function sumUp(parts: {
  readonly runs: readonly SessionRun[];
  readonly schedule: Schedule;
  readonly program: Program;
  readonly warnings: readonly string[];
}): StepSummary {
  const { runs, schedule, program } = parts;
  const failures: string[] = [];
  const refusals: string[] = [];
  const hints: number[] = [];
  const transcripts: Transcript[] = [];
  let incomplete = 0;
  for (const [index, { outcome, texts }] of runs.entries()) {
    const plan = schedule.plans[index];
    if (outcome === undefined || plan === undefined) continue;
    if (outcome.type === 'failed') failures.push(outcome.fault.code);
    if (outcome.type === 'refused') {
      refusals.push(outcome.fault.code);
      if (outcome.fault.retryAfterMs !== undefined) hints.push(outcome.fault.retryAfterMs);
    }
    if (outcome.type !== 'complete') continue;
    if (!outcome.isWhole) incomplete += 1;
    const spoken = spokenIn(program, plan.offsetSamples, plan.messages * schedule.frameSamples);
    transcripts.push({ spoken, texts });
  }
  return {
    sessions: runs.length,
    admitted: runs.filter(({ hasBegun }) => hasBegun).length,
    refused: refusals.length,
    failed: failures.length,
    incomplete,
    failures: countOf(failures),
    refusals: countOf(refusals),
    warnings: countOf(parts.warnings),
    retryAfterMs: hints.length === 0 ? undefined : { min: Math.min(...hints), max: Math.max(...hints) },
    goodput: runs.reduce((sum, run, index) => sum + answeredShare(run, schedule.plans[index], schedule), 0),
    transcripts,
  };
}

/** The share of the measured time in which what this session sent was answered. */
function answeredShare(run: SessionRun, plan: SessionPlan | undefined, schedule: Schedule): number {
  if (run.outcome?.type === 'complete') return 1;
  if (plan === undefined || run.answeredSamples === 0) return 0;
  const { measureFromMs, measureUntilMs } = schedule;
  const answeredMs = dueMs(schedule, plan, messageOf(schedule, run.answeredSamples)) - measureFromMs;
  return Math.min(1, Math.max(0, answeredMs / (measureUntilMs - measureFromMs)));
}

function countOf(codes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/**
 * One step of a load run: so many sessions at once, from the first connection until everything is answered or given up.
 *
 * Always true: what is sent when was decided before the first connection; the generator never waits for a server;
 * a step ends in bounded time, whatever the server does.
 */
import type { Clock } from '../base/clock.ts';
import { type ProcessLoad, watchProcessLoad } from '../base/process-load.ts';
import { type ProcessCost, watchProcesses } from './process-cost.ts';
import type { Program } from './program.ts';
import { createStepRecorder, type StepRecorder } from './recorder.ts';
import { createSchedule, duesInOrder, type Schedule, type SessionPlan } from './schedule.ts';
import type { SessionObserver } from './session-observer.ts';
import { createSessionRun, type SessionRun } from './session-run.ts';
import { sumUp, type StepSummary } from './step-summary.ts';
import type { BenchWire } from './wire.ts';

/** Messages sent without a pause before receipts get their turn, when the generator is behind. */
const BURST_MESSAGES = 64;

export interface StepOptions {
  readonly sessions: number;
  readonly wire: BenchWire;
  readonly program: Program;
  readonly frameMs: number;
  readonly seed: number;
  readonly warmupMs: number;
  readonly measuredMs: number;
  /** How long everybody speaks on behind the measured time (0). */
  readonly tailMs?: number;
  readonly flushEveryMs: number | undefined;
  /** How long answers are waited for after the last message. */
  readonly drainMs: number;
  /** Processes of the server, on this machine. */
  readonly pids: readonly number[];
  /** Who sees what each session is answered, besides what every step records. */
  readonly observe?: (plan: SessionPlan, schedule: Schedule) => SessionObserver;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface StepOutcome extends StepSummary {
  readonly startedAt: Date;
  readonly measuredMs: number;
  readonly recorder: StepRecorder;
  /** This process within the measured time. */
  readonly generator: ProcessLoad;
  readonly servers: readonly ProcessCost[];
}

interface Step {
  readonly options: StepOptions;
  readonly schedule: Schedule;
  readonly runs: readonly SessionRun[];
  readonly sinceMs: () => number;
  /** Aborted when nobody is left to send for, or by the caller. */
  readonly signal: AbortSignal;
}

/** @throws the signal's reason; RtError not_found (a pid) */
export async function runStep(options: StepOptions): Promise<StepOutcome> {
  const { clock, signal, program } = options;
  const startedAt = clock.date();
  const schedule = createSchedule({ ...options, loopSamples: program.loopSamples });
  const recorder = createStepRecorder(schedule);
  const originMs = clock.nowMs();
  const sinceMs = (): number => clock.nowMs() - originMs;
  const warnings: string[] = [];
  const onWarning = (code: string): void => void warnings.push(code);
  const runs = schedule.plans.map((plan) =>
    createSessionRun({
      ...{ ...options, plan, schedule, recorder, sinceMs, onWarning },
      observer: options.observe?.(plan, schedule),
    }),
  );
  const everybodyGone = new AbortController();
  void Promise.all(runs.map(({ over }) => over)).then(() => everybodyGone.abort(NOBODY_LEFT));
  const step = { options, schedule, runs, sinceMs, signal: AbortSignal.any([signal, everybodyGone.signal]) };
  try {
    const [cost] = await Promise.all([watchCost(step), connectAll(step), sendAll(step)]);
    await until(step, sinceMs() + options.drainMs);
    for (const run of runs) run.giveUp();
    const summary = sumUp({ runs, schedule, program, warnings });
    return { ...summary, ...cost, startedAt, measuredMs: options.measuredMs, recorder };
  } finally {
    for (const run of runs) run.giveUp();
  }
}

const NOBODY_LEFT = new Error('every session is over');

/** Waits until `atMs` of the step; false when there is nothing to wait for any more. */
async function until(step: Step, atMs: number): Promise<boolean> {
  const { options, sinceMs, signal } = step;
  for (let leftMs = atMs - sinceMs(); leftMs > 0; leftMs = atMs - sinceMs()) {
    try {
      // Timers count whole milliseconds: rather look once more than be late.
      await options.clock.sleep(Math.max(1, Math.floor(leftMs)), signal);
    } catch (reason) {
      if (reason === NOBODY_LEFT) return false;
      throw reason;
    }
  }
  return true;
}

async function connectAll(step: Step): Promise<void> {
  for (const [index, run] of step.runs.entries()) {
    const plan = step.schedule.plans[index];
    if (plan === undefined || !(await until(step, plan.connectAtMs))) return;
    run.open();
  }
}

async function sendAll(step: Step): Promise<void> {
  const { options, schedule, runs, sinceMs } = step;
  let burst = 0;
  for (const { session, message, atMs } of duesInOrder(schedule)) {
    if (atMs > sinceMs()) {
      burst = 0;
      if (!(await until(step, atMs))) return;
    } else if (++burst % BURST_MESSAGES === 0) {
      await options.clock.sleep(0, options.signal);
    }
    runs[session]?.due(message);
  }
}

async function watchCost(step: Step): Promise<Pick<StepOutcome, 'generator' | 'servers'>> {
  const { options, schedule } = step;
  await until(step, schedule.measureFromMs);
  const load = watchProcessLoad(options.clock);
  const servers = watchProcesses(options.pids, options.clock);
  await until(step, schedule.measureUntilMs);
  return { generator: load(), servers: servers() };
}

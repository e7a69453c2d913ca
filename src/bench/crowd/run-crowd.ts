/**
 * A crowd: speakers who come at their times, speak in sessions of their own, and come again where they are to.
 *
 * Always true: a first connection and every message are due at instants that nothing the server does can move; only who
 * was refused, or is through with a session, makes a new plan, and then keeps to that one; no speaker waits for another;
 * the run ends in bounded time.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { Clock } from '../../base/clock.ts';
import type { Program } from '../program.ts';
import type { StepRecorder } from '../recorder.ts';
import { dueMs, type SessionPlan, type Timing } from '../schedule.ts';
import { createSessionRun, type SessionRun } from '../session-run.ts';
import type { BenchWire } from '../wire.ts';
import { comesAgainAtMs, planSpeaker, type Speaker } from './speaker.ts';
import type { EndedSession, Tally } from './tally.ts';

export interface CrowdOptions {
  readonly wire: BenchWire;
  readonly program: Program;
  readonly frameMs: number;
  readonly seed: number;
  /** How long answers are waited for behind the last message of a session. */
  readonly drainMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface CrowdParts {
  readonly speakers: readonly Speaker[];
  readonly recorder: StepRecorder;
  readonly tally: Tally;
  /** Milliseconds since the run began. */
  readonly sinceMs: () => number;
  readonly onEnded?: (session: EndedSession) => void;
}

export function timingOf(frameMs: number): Timing {
  return { frameMs, frameSamples: (frameMs * SAMPLE_RATE) / 1000 };
}

/** Resolves when everybody has left. @throws the signal's reason */
export async function runCrowd(options: CrowdOptions, parts: CrowdParts): Promise<void> {
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  try {
    await Promise.all(
      parts.speakers.map((speaker, index) => stay({ ...options, signal }, { ...parts, speaker, index })),
    );
  } finally {
    // Nobody goes on speaking for a run that is over.
    broken.abort();
  }
}

interface StayParts extends CrowdParts {
  readonly speaker: Speaker;
  readonly index: number;
}

/** One speaker, from arriving to leaving. */
async function stay(options: CrowdOptions, parts: StayParts): Promise<void> {
  const { seed, frameMs, program } = options;
  const { speaker, index, tally } = parts;
  const plans = planSpeaker(speaker, { seed, index, frameMs, loopSamples: program.loopSamples });
  let plan = plans.next(speaker.arriveAtMs);
  while (plan !== undefined) {
    const run = await speak(plan, options, parts);
    const { outcome, hasBegun, answeredSamples } = run;
    if (outcome === undefined) return;
    const endedAtMs = parts.sinceMs();
    const ended = { speaker: index, plan, hasBegun, outcome, answeredSamples, endedAtMs };
    tally.begun(run.model);
    tally.ended(ended);
    parts.onEnded?.(ended);
    plan = speaker.returns ? plans.next(comesAgainAtMs(outcome, endedAtMs)) : undefined;
  }
}

/** One session; resolves when it is over, its outcome is then defined. */
async function speak(plan: SessionPlan, options: CrowdOptions, parts: StayParts): Promise<SessionRun> {
  const { clock, drainMs, signal } = options;
  const { recorder, sinceMs, tally } = parts;
  const schedule = timingOf(options.frameMs);
  const run = createSessionRun({
    ...options,
    ...{
      plan,
      schedule,
      recorder,
      sinceMs,
      flushEveryMs: undefined,
      onWarning: (code) => tally.warned(code),
    },
  });
  const over = new AbortController();
  void run.over.then(() => over.abort());
  const waiting = { clock, sinceMs, signal: AbortSignal.any([signal, over.signal]) };
  try {
    await untilTime(plan.connectAtMs, waiting);
    run.open();
    for (let message = 0; message < plan.messages; message++) {
      await untilTime(dueMs(schedule, plan, message), waiting);
      run.due(message);
    }
    await untilTime(sinceMs() + drainMs, waiting);
  } catch (reason) {
    if (!over.signal.aborted) throw reason;
  } finally {
    run.giveUp();
  }
  return run;
}

interface Waiting {
  readonly clock: Clock;
  readonly sinceMs: () => number;
  readonly signal: AbortSignal;
}

async function untilTime(atMs: number, { clock, sinceMs, signal }: Waiting): Promise<void> {
  for (let leftMs = atMs - sinceMs(); leftMs > 0; leftMs = atMs - sinceMs()) {
    // Timers count whole milliseconds: rather look once more than be late.
    await clock.sleep(Math.max(1, Math.floor(leftMs)), signal);
  }
  signal.throwIfAborted();
}

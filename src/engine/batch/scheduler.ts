/**
 * Runs the tasks of all sessions of one engine thread: whatever is ready when the last step ends
 * goes into the next one, in a single inference per model. There is no timer and no waiting for a
 * fuller batch.
 *
 * When a batch fails its items are run one by one, so that an utterance no model can digest hurts
 * only its own session.
 */
import type { Clock } from '../../base/clock.ts';
import { toRtError } from '../../base/errors.ts';
import type { Recogniser } from '../asr/recogniser.ts';
import type { SessionCore } from '../session/session-core.ts';
import type { EngineTask } from '../session/tasks.ts';
import type { SpeechModel } from '../vad/silero.ts';
import type { StepTimes } from './step-times.ts';

/**
 * Sessions in one step. The bundled model gains nothing beyond it (1.9 ms a session at 8 and at 16), while
 * the first of a larger batch would wait longer and its caches would weigh more.
 */
export const MAX_STEP_BATCH = 8;

export interface SchedulerParts {
  readonly speechModel: SpeechModel;
  readonly clock: Clock;
  readonly stepTimes: StepTimes;
  /** Called after each round with the sessions that advanced, to deliver what they emitted. */
  readonly onRound: (advanced: ReadonlySet<SessionCore>) => void;
}

export interface Scheduler {
  add(session: SessionCore): void;
  remove(session: SessionCore): void;
  /** Says that a session may have become ready. */
  wake(): void;
  /** Ends the loop after the current round. */
  stop(): Promise<void>;
}

type TaskOf<K extends EngineTask['kind']> = {
  readonly session: SessionCore;
  readonly task: Extract<EngineTask, { kind: K }>;
};

interface Round {
  readonly scores: TaskOf<'score'>[];
  readonly steps: Map<Recogniser, TaskOf<'recognise'>[]>;
  /** Sessions that were asked: controls without a task advance them too. */
  readonly advanced: Set<SessionCore>;
}

export function startScheduler(parts: SchedulerParts): Scheduler {
  const sessions = new Set<SessionCore>();
  let isStopping = false;
  let wake: () => void = () => {};
  let woken = Promise.resolve();
  const rearm = (): void => {
    woken = new Promise((resolve) => {
      wake = resolve;
    });
  };

  // Begins in a later turn, when the caller holds the scheduler.
  const loop = async (): Promise<void> => {
    await Promise.resolve();
    while (!isStopping) {
      rearm();
      const round = collect(sessions);
      if (round.scores.length > 0 || round.steps.size > 0) {
        await runScores(parts, round.scores);
        for (const [recogniser, tasks] of round.steps) await runSteps(parts, { recogniser, tasks });
        parts.onRound(round.advanced);
      } else {
        // Controls may have made events without a task.
        parts.onRound(round.advanced);
        await woken;
      }
    }
  };

  const finished = loop();
  return {
    add(session) {
      sessions.add(session);
    },
    remove(session) {
      sessions.delete(session);
    },
    wake: () => wake(),
    async stop() {
      isStopping = true;
      wake();
      await finished;
    },
  };
}

function collect(sessions: ReadonlySet<SessionCore>): Round {
  const round: Round = { scores: [], steps: new Map(), advanced: new Set() };
  for (const session of sessions) {
    const task = session.next();
    if (task || session.hasEnded) round.advanced.add(session);
    if (task?.kind === 'score') round.scores.push({ session, task });
    if (task?.kind === 'recognise') {
      const tasks = round.steps.get(session.recogniser);
      if (tasks) tasks.push({ session, task });
      else round.steps.set(session.recogniser, [{ session, task }]);
    }
  }
  return round;
}

async function runScores(parts: SchedulerParts, tasks: readonly TaskOf<'score'>[]): Promise<void> {
  for (const batch of batches(tasks, MAX_STEP_BATCH)) {
    let scores: Float32Array;
    try {
      scores = await parts.speechModel.score(batch.map(({ task }) => task.item));
    } catch (error) {
      if (batch.length > 1) await oneByOne(batch, (single) => runScores(parts, single));
      else fail(batch, error);
      continue;
    }
    for (const [row, { session }] of batch.entries()) session.scored(scores[row] ?? Number.NaN);
  }
}

async function runSteps(
  parts: SchedulerParts,
  work: { readonly recogniser: Recogniser; readonly tasks: readonly TaskOf<'recognise'>[] },
): Promise<void> {
  const { recogniser, tasks } = work;
  for (const batch of batches(tasks, Math.min(MAX_STEP_BATCH, recogniser.maxBatch))) {
    const startedMs = parts.clock.nowMs();
    let numeric: readonly boolean[];
    try {
      numeric = await recogniser.step(batch.map(({ task }) => task.item));
    } catch (error) {
      if (batch.length > 1) await oneByOne(batch, (single) => runSteps(parts, { recogniser, tasks: single }));
      else fail(batch, error);
      continue;
    }
    parts.stepTimes.record(parts.clock.nowMs() - startedMs, batch.length);
    // Outside of the try: these items have been stepped, and stepping them again would corrupt them.
    for (const [row, { session }] of batch.entries()) session.recognised(numeric[row] ?? false);
  }
}

async function oneByOne<T>(batch: readonly T[], run: (single: readonly T[]) => Promise<void>): Promise<void> {
  for (const item of batch) await run([item]);
}

function fail(batch: readonly { session: SessionCore; task: EngineTask }[], error: unknown): void {
  for (const { session, task } of batch) session.failed(task, toRtError(error, 'asr_failed'));
}

function* batches<T>(items: readonly T[], size: number): Iterable<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

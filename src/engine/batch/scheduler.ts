/**
 * Runs the tasks of all sessions of one engine thread. It is driven by events alone: whatever is ready
 * when a step ends goes into the next one, in a single inference; there is no timer and no waiting for
 * a fuller batch. Only sessions that got something new are asked, so silent ones cost nothing but
 * their detector windows.
 *
 * When a batch fails its items are run one by one, so that an utterance no model can digest hurts
 * only its own session.
 */
import type { Clock } from '../../base/clock.ts';
import { type RtError, toRtError } from '../../base/errors.ts';
import type { SessionCore } from '../session/session-core.ts';
import type { EngineTask } from '../session/tasks.ts';
import type { SpeechModel } from '../vad/silero.ts';
import type { StepTimes } from './step-times.ts';
import { type Batch, type BatchLimits, createTaskQueue, type Waiting } from './task-queue.ts';

/** What a detector that leaves out a session says of it. */
const NOT_SCORED = Float32Array.of(Number.NaN);

export interface SchedulerParts {
  readonly speechModel: SpeechModel;
  readonly clock: Clock;
  readonly stepTimes: StepTimes;
  readonly limits: BatchLimits;
  /** Called with the sessions that may have advanced, to deliver what they emitted. */
  readonly onAdvance: (sessions: ReadonlySet<SessionCore>) => void;
  /** A step could not get its memory, at this batch size. */
  readonly onExhausted: (batch: number) => void;
}

export interface Scheduler {
  /** Says that a session may have become ready: it is new, or has got audio or a control. */
  touch(session: SessionCore): void;
  remove(session: SessionCore): void;
  /** Ends the loop after the current batch. */
  stop(): Promise<void>;
}

export function startScheduler(parts: SchedulerParts): Scheduler {
  const queue = createTaskQueue(parts.limits);
  /** Sessions to ask for their next task. */
  const touched = new Set<SessionCore>();
  /** Sessions with a task in the queue or running: they are asked again when it is done. */
  const busy = new Set<SessionCore>();
  const orderOf = createOrder();
  let isStopping = false;
  let wake: () => void = () => {};
  let woken = Promise.resolve();
  const rearm = (): void => {
    woken = new Promise((resolve) => {
      wake = resolve;
    });
  };

  const ask = (session: SessionCore): void => {
    const task = nextTask(session);
    if (!task) return;
    busy.add(session);
    queue.add({ session, task, sinceMs: parts.clock.nowMs(), order: orderOf(session) });
  };

  // Begins in a later turn, when the caller holds the scheduler.
  const loop = async (): Promise<void> => {
    await Promise.resolve();
    while (!isStopping) {
      rearm();
      const asked = new Set(touched);
      touched.clear();
      for (const session of asked) if (!busy.has(session)) ask(session);
      // Controls and windows whose answer was known have made events: they do not wait for the batch.
      parts.onAdvance(asked);
      const batch = queue.take(parts.clock.nowMs());
      if (batch) {
        await runBatch(parts, batch);
        const advanced = new Set(batch.items.map(({ session }) => session));
        for (const session of advanced) {
          // A session removed while its task ran is asked no more.
          if (busy.delete(session)) touched.add(session);
        }
        parts.onAdvance(advanced);
      } else if (touched.size === 0) await woken;
    }
  };

  const finished = loop();
  return {
    touch(session) {
      touched.add(session);
      wake();
    },
    remove(session) {
      touched.delete(session);
      busy.delete(session);
      queue.remove(session);
    },
    async stop() {
      isStopping = true;
      wake();
      await finished;
    },
  };
}

function nextTask(session: SessionCore): EngineTask | undefined {
  for (;;) {
    const task = session.next();
    if (task !== 'judged') return task;
  }
}

/** Numbers sessions as they come. */
function createOrder(): (session: SessionCore) => number {
  const orders = new WeakMap<SessionCore, number>();
  let last = 0;
  return (session) => {
    const order = orders.get(session) ?? ++last;
    orders.set(session, order);
    return order;
  };
}

async function runBatch(parts: SchedulerParts, batch: Batch): Promise<void> {
  let deliver: () => void;
  try {
    deliver = await infer(parts, batch);
  } catch (error) {
    return retry(parts, batch, toRtError(error, 'asr_failed'));
  }
  // Outside of the try: these items have been run, and running them again would corrupt them.
  deliver();
}

async function retry(parts: SchedulerParts, batch: Batch, fault: RtError): Promise<void> {
  if (fault.code === 'resource_exhausted') parts.onExhausted(batch.items.length);
  if (batch.items.length > 1) {
    for (const item of batch.items) await runBatch(parts, single(batch, item));
  } else {
    for (const { session, task } of batch.items) session.failed(task, fault);
  }
}

/** One inference for the whole batch; returns what hands each session its result. */
async function infer(parts: SchedulerParts, batch: Batch): Promise<() => void> {
  const { clock, stepTimes, speechModel } = parts;
  if (batch.kind === 'score') {
    const scores = await speechModel.score(batch.items.map(({ task }) => task.item));
    return () => batch.items.forEach(({ session }, row) => session.scored(scores[row] ?? NOT_SCORED));
  }
  const startedMs = clock.nowMs();
  if (batch.kind === 'recognise') {
    for (const { sinceMs } of batch.items) stepTimes.recordWait(startedMs - sinceMs);
    const numeric = await batch.recogniser.step(batch.items.map(({ task }) => task.item));
    stepTimes.record(clock.nowMs() - startedMs, batch.items.length);
    return () => {
      for (const [row, { session, task }] of batch.items.entries()) {
        const { isFinishing } = session;
        session.recognised(numeric[row] ?? false);
        // With its final given an utterance is over, and its stream with it.
        if (isFinishing && !session.isFinishing) batch.recogniser.release?.(task.item.state);
      }
    };
  }
  const results = await batch.recogniser.recognise(batch.items.map(({ task }) => task.item));
  stepTimes.record(clock.nowMs() - startedMs, batch.items.length);
  return () => batch.items.forEach(({ session, task }, row) => session.transcribed(task, results[row]));
}

function single(batch: Batch, item: Waiting): Batch {
  const items = batch.items.filter((each) => each === item);
  return { ...batch, items } as Batch;
}

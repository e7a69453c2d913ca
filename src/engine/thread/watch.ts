/**
 * How the serving thread watches an engine thread: it asks every `PING_MS` and counts any message as
 * an answer. A thread that dies, or is silent for `STUCK_MS`, has failed for good: a native call cannot
 * be interrupted, so the process has to end and its supervisor to start it again.
 */
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import type { EventBatch, FromThread, ThreadStats, ToThread } from './messages.ts';

const PING_MS = 2000;
const STUCK_MS = 10_000;

const NO_STATS: ThreadStats = {
  steps: 0,
  stepP50Ms: 0,
  stepP95Ms: 0,
  stepP99Ms: 0,
  batchFill: 0,
  lagP50Ms: 0,
  lagP95Ms: 0,
  lagSteps: 0,
  stepWaitP50Ms: 0,
  stepWaitP95Ms: 0,
};

export interface ThreadWatch {
  /** What the thread said last. */
  stats(): ThreadStats;
  /** Calls back once, also when the failure is past. */
  onFailure(listener: (error: Error) => void): void;
  /** Asks the thread to end and waits for it; its end is then no failure. */
  stop(): Promise<void>;
}

export interface WatchParts {
  readonly clock: Clock;
  onEvents(batch: EventBatch): void;
  onExhausted(batch: number): void;
  onStats(stats: ThreadStats): void;
}

/** Watches a thread that has said it is ready. */
export function watchThread(thread: Worker, parts: WatchParts): ThreadWatch {
  const { clock } = parts;
  let stats = NO_STATS;
  let heardMs = clock.nowMs();
  let failure: Error | undefined;
  let isStopping = false;
  const listeners: ((error: Error) => void)[] = [];
  const fail = (error: Error): void => {
    if (failure || isStopping) return;
    failure = error;
    clearInterval(timer);
    for (const listener of listeners) listener(error);
  };
  const timer = setInterval(() => {
    if (clock.nowMs() - heardMs > STUCK_MS) {
      return fail(
        new RtError('internal_error', `The engine thread has not answered for ${STUCK_MS / 1000} s`),
      );
    }
    thread.postMessage({ type: 'ping' } satisfies ToThread);
  }, PING_MS);
  timer.unref();

  const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  thread.on('error', (error) => fail(new RtError('internal_error', messageOf(error), { cause: error })));
  void exited.then(() => fail(new RtError('internal_error', 'The engine thread ended by itself')));
  thread.on('message', (message: FromThread) => {
    heardMs = clock.nowMs();
    if (message.type === 'events') parts.onEvents(message.batch);
    if (message.type === 'exhausted') parts.onExhausted(message.batch);
    if (message.type === 'pong') {
      stats = message.stats;
      parts.onStats(stats);
    }
  });

  return {
    stats: () => stats,
    onFailure(listener) {
      if (failure) listener(failure);
      else listeners.push(listener);
    },
    async stop() {
      if (isStopping) return exited;
      isStopping = true;
      clearInterval(timer);
      thread.postMessage({ type: 'stop' } satisfies ToThread);
      await exited;
    },
  };
}

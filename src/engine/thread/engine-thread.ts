/**
 * One engine thread as the serving thread holds it. Starting goes in two steps, load and measure, so
 * that all threads of an engine can be measured at the same time, in each other's company.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import type { MeasuredModel } from '../batch/capacity.ts';
import type { EngineModel } from '../engine.ts';
import type {
  EventBatch,
  FromThread,
  SessionMessage,
  ThreadOptions,
  ThreadStats,
  ToThread,
} from './messages.ts';
import { watchThread } from './watch.ts';

export interface LoadedThread {
  readonly models: readonly EngineModel[];
  /**
   * May be asked again before `serve`; the last measurement sets the limits of batches.
   * @throws RtError when the models cannot run
   */
  measure(): Promise<readonly MeasuredModel[]>;
  /** Begins to serve sessions; after `measure`. */
  serve(parts: ServeParts): EngineThread;
  /** Ends a thread that does not serve. */
  discard(): Promise<void>;
}

export interface ServeParts {
  readonly clock: Clock;
  onEvents(batch: EventBatch): void;
  /** Memory did not suffice for a step of so many sessions. */
  onExhausted(batch: number): void;
  /** Fresh figures, every two seconds. */
  onStats(stats: ThreadStats): void;
}

export interface EngineThread {
  /** Says something about a session; what is said in one turn travels in one message. */
  say(message: SessionMessage): void;
  stats(): ThreadStats;
  onFailure(listener: (error: Error) => void): void;
  stop(): Promise<void>;
}

/** Short-lived objects of an engine thread; tensors lie outside of the heap. */
const YOUNG_GENERATION_MB = 8;

/** A file of this package that runs as a thread; from sources, the built twin (threads load no TypeScript). */
function threadEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../../../dist/engine/thread/main.js' : './main.js', import.meta.url);
}

/** @throws RtError model_invalid, config_invalid */
export async function loadThread(options: ThreadOptions): Promise<LoadedThread> {
  const thread = new Worker(threadEntry(), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    workerData: options,
  });
  const { models } = await heard(thread, 'loaded');
  const post = (message: ToThread): void => thread.postMessage(message);
  return {
    models,
    async measure() {
      const ready = heard(thread, 'ready');
      post({ type: 'measure' });
      return (await ready).measured;
    },
    serve(parts) {
      const watch = watchThread(thread, parts);
      return { say: createOutbox(thread), ...watch };
    },
    async discard() {
      const exited = new Promise((resolve) => thread.once('exit', resolve));
      post({ type: 'stop' });
      await exited;
    },
  };
}

/** The next message, which must be of this type. */
function heard<T extends 'loaded' | 'ready'>(
  thread: Worker,
  type: T,
): Promise<Extract<FromThread, { type: T }>> {
  return new Promise((resolve, reject) => {
    // This listener stays: removing the last one of a worker would unreference its port for good.
    thread.on('error', (error) => reject(new RtError('internal_error', messageOf(error), { cause: error })));
    thread.once('message', (message: FromThread) => {
      if (message.type === type) return resolve(message as Extract<FromThread, { type: T }>);
      if (message.type !== 'failed')
        return reject(new RtError('internal_error', 'The engine thread spoke out of turn'));
      const hint = message.hint === undefined ? {} : { hint: message.hint };
      reject(new RtError(message.code, message.message, hint));
    });
  });
}

/** Crossing to a thread costs as much for one frame as for fifty: those of one turn cross together. */
function createOutbox(thread: Worker): (message: SessionMessage) => void {
  let messages: SessionMessage[] = [];
  const flush = (): void => {
    const transfer = messages.flatMap((each) =>
      each.type === 'audio' ? [each.pcm.buffer as ArrayBuffer] : [],
    );
    thread.postMessage({ type: 'sessions', messages } satisfies ToThread, transfer);
    messages = [];
  };
  return (message) => {
    if (messages.length === 0) setImmediate(flush);
    messages.push(message);
  };
}

/** What crosses between the thread that serves sockets and an engine thread. */
import type { RtErrorCode } from '../../base/errors.ts';
import type { EngineEvent, EngineModel, EngineSessionOptions } from '../engine.ts';
import type { MeasuredModel } from '../batch/capacity.ts';
import type { ModelRequest } from '../models/load-model.ts';
import type { Provider } from '../onnx.ts';
import type { Control } from '../session/tasks.ts';

/** `workerData` of an engine thread. */
export interface ThreadOptions {
  readonly models: readonly ModelRequest[];
  readonly provider: Provider;
  readonly intraOpThreads: number;
}

/** What is said about one session. */
export type SessionMessage =
  | { readonly type: 'open'; readonly session: number; readonly options: EngineSessionOptions }
  /** `atMs`: when it arrived, on the clock all threads share. */
  | { readonly type: 'audio'; readonly session: number; readonly pcm: Int16Array; readonly atMs: number }
  | { readonly type: 'control'; readonly session: number; readonly control: Control }
  | { readonly type: 'close'; readonly session: number };

export type ToThread =
  /** Everything said about sessions in one turn of the serving thread, in order. */
  | { readonly type: 'sessions'; readonly messages: readonly SessionMessage[] }
  /** Measure the models: all threads of an engine at once, so that they feel each other. */
  | { readonly type: 'measure' }
  | { readonly type: 'ping' }
  | { readonly type: 'stop' };

/** What sessions had to say since the last round, each in order. */
export type EventBatch = readonly { readonly session: number; readonly events: readonly EngineEvent[] }[];

/** Figures of one thread; quantiles over the recent past. */
export interface ThreadStats {
  readonly steps: number;
  readonly stepP50Ms: number;
  readonly stepP95Ms: number;
  readonly stepP99Ms: number;
  readonly batchFill: number;
  /** Arrival of audio → end of the step that used it, since the last question. */
  readonly lagP50Ms: number;
  readonly lagP95Ms: number;
  /** Steps those two stand on. */
  readonly lagSteps: number;
  /** Ready for a step → its begin, since the last question. */
  readonly stepWaitP50Ms: number;
  readonly stepWaitP95Ms: number;
}

export type FromThread =
  | { readonly type: 'loaded'; readonly models: readonly EngineModel[] }
  | { readonly type: 'ready'; readonly measured: readonly MeasuredModel[] }
  | {
      readonly type: 'failed';
      readonly code: RtErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    }
  | { readonly type: 'events'; readonly batch: EventBatch }
  /** Memory did not suffice for a step of so many sessions; from now on steps are smaller. */
  | { readonly type: 'exhausted'; readonly batch: number }
  | { readonly type: 'pong'; readonly stats: ThreadStats }
  | { readonly type: 'stopped' };

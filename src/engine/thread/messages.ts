/** What crosses between the thread that serves sockets and an engine thread. */
import type { RtErrorCode } from '../../base/errors.ts';
import type { EngineEvent, EngineModel, EngineSessionOptions, EngineStats } from '../engine.ts';
import type { MeasuredStep } from '../batch/capacity.ts';
import type { ModelRequest } from '../models/load-recogniser.ts';
import type { Provider } from '../onnx.ts';
import type { Control } from '../session/tasks.ts';

/** `workerData` of an engine thread. */
export interface ThreadOptions {
  readonly models: readonly ModelRequest[];
  readonly provider: Provider;
  readonly intraOpThreads: number;
}

export type ToThread =
  | { readonly type: 'open'; readonly session: number; readonly options: EngineSessionOptions }
  | { readonly type: 'audio'; readonly session: number; readonly pcm: Int16Array }
  | { readonly type: 'control'; readonly session: number; readonly control: Control }
  | { readonly type: 'close'; readonly session: number }
  | { readonly type: 'ping' }
  | { readonly type: 'stop' };

/** What sessions had to say since the last round, each in order. */
export type EventBatch = readonly { readonly session: number; readonly events: readonly EngineEvent[] }[];

export type FromThread =
  | {
      readonly type: 'ready';
      readonly models: readonly EngineModel[];
      readonly measured: readonly MeasuredStep[];
    }
  | {
      readonly type: 'failed';
      readonly code: RtErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    }
  | { readonly type: 'events'; readonly batch: EventBatch }
  | { readonly type: 'pong'; readonly stats: EngineStats }
  | { readonly type: 'stopped' };

/** The link between gateway and worker, spoken to a worker directly: what is measured is the engine and one socket. */
import { createSessionId } from '../../base/ids.ts';
import { parseWorkerMessage } from '../../protocol/codec.ts';
import { WORKER_SESSION_PATH } from '../../protocol/version.ts';
import type { BenchWire } from '../wire.ts';
import { chunkMsInName } from './events.ts';
import { openSessionStream } from './session-stream.ts';

export interface WorkerWireOptions {
  /** `ws://host:port` of the worker. */
  readonly worker: string;
  readonly model: string | undefined;
  readonly vad: boolean;
  readonly connectTimeoutMs: number;
}

export function createWorkerWire(options: WorkerWireOptions): BenchWire {
  const url = options.worker + WORKER_SESSION_PATH;
  const { model, vad } = options;
  return {
    name: 'worker',
    url,
    chunkMsOf: chunkMsInName,
    open: (handlers) =>
      openSessionStream({
        url,
        timeoutMs: options.connectTimeoutMs,
        unreachable: 'worker_unreachable',
        handlers,
        // The other fields of the first message have defaults (WIRE-60).
        firstMessage: JSON.stringify({ session_id: createSessionId(), model, enable_vad: vad }),
        parse: parseWorkerMessage,
      }),
  };
}

/** The link between gateway and worker, spoken to a worker directly: what is measured is the engine and one socket. */
import { createSessionId } from '../../base/ids.ts';
import { int16ToS16le } from '../../audio/pcm.ts';
import { encodeMessage, parseWorkerMessage } from '../../protocol/codec.ts';
import { WORKER_SESSION_PATH } from '../../protocol/version.ts';
import type { BenchWire } from '../wire.ts';
import { chunkMsInName, tellEvent } from './events.ts';
import { openSocketStream } from './socket-stream.ts';

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
    open(handlers) {
      const config = {
        session_id: createSessionId(),
        ...(model === undefined ? {} : { model }),
        enable_vad: vad,
      };
      const socket = openSocketStream({
        url,
        timeoutMs: options.connectTimeoutMs,
        unreachable: 'worker_unreachable',
        handlers,
        // The other fields of the first message have defaults (WIRE-60).
        onOpen: (opened) => opened.send(JSON.stringify(config)),
        onText: (text) => {
          const message = parseWorkerMessage(text);
          if (message.type !== 'invalid') {
            tellEvent(message, handlers);
            return;
          }
          handlers.onFault({ code: 'invalid_message', message: message.reason });
          socket.close();
        },
      });
      return {
        send: (pcm) => socket.send(int16ToS16le(pcm)),
        flush: () => socket.send(encodeMessage({ type: 'flush' })),
        end: () => socket.send(encodeMessage({ type: 'end' })),
        close: socket.close,
      };
    },
  };
}

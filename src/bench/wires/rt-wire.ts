/** The native wire of a gateway (docs/protocol.md). */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { int16ToS16le } from '../../audio/pcm.ts';
import { streamUrl } from '../../client/stream-session.ts';
import { encodeMessage, parseServerMessage } from '../../protocol/codec.ts';
import { SUBPROTOCOL } from '../../protocol/version.ts';
import type { BenchWire } from '../wire.ts';
import { chunkMsInName, tellEvent } from './events.ts';
import { openSocketStream } from './socket-stream.ts';

export interface RtWireOptions {
  /** `ws://host:port` of the gateway. */
  readonly gateway: string;
  readonly model: string | undefined;
  readonly vad: boolean;
  readonly connectTimeoutMs: number;
}

export function createRtWire(options: RtWireOptions): BenchWire {
  const url = streamUrl({
    gateway: options.gateway,
    ...(options.model === undefined ? {} : { model: options.model }),
    query: { enable_vad: String(options.vad) },
    sampleRate: SAMPLE_RATE,
    channels: 1,
    encoding: 'pcm_s16le',
    connectTimeoutMs: options.connectTimeoutMs,
  });
  return {
    name: 'rt',
    url,
    chunkMsOf: chunkMsInName,
    open(handlers) {
      const socket = openSocketStream({
        url,
        timeoutMs: options.connectTimeoutMs,
        subprotocols: [SUBPROTOCOL],
        unreachable: 'gateway_unreachable',
        handlers,
        onOpen: () => undefined,
        onText: (text) => {
          const message = parseServerMessage(text);
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

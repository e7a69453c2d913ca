/** The native wire of a gateway (docs/protocol.md). */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { streamUrl } from '../../client/link.ts';
import { parseServerMessage } from '../../protocol/codec.ts';
import { SUBPROTOCOL } from '../../protocol/version.ts';
import type { BenchWire } from '../wire.ts';
import { chunkMsInName } from './events.ts';
import { openSessionStream } from './session-stream.ts';

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
    open: (handlers) =>
      openSessionStream({
        url,
        timeoutMs: options.connectTimeoutMs,
        subprotocols: [SUBPROTOCOL],
        unreachable: 'gateway_unreachable',
        handlers,
        parse: parseServerMessage,
      }),
  };
}

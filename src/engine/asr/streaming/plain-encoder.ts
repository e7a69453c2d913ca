/**
 * A cache-aware encoder as its exporter made it: caches go in whole and come back whole, one row a stream.
 */
import type { Graph, Tensor } from '../../onnx.ts';
import { type CacheRow, createRowGatherer } from './cache-rows.ts';
import type { StreamingCard } from './streaming-card.ts';
import type { EncoderItem, StreamingEncoder } from './streaming-encoder.ts';
import { createWindowLayout } from './window-layout.ts';

/** What the encoder remembers of a stream. */
export interface PlainCaches {
  channel: CacheRow;
  time: CacheRow;
  length: bigint;
}

export function createPlainEncoder(graph: Graph, card: StreamingCard): StreamingEncoder<PlainCaches> {
  const emptyChannel = new Float32Array(product(card.channelCacheDims));
  const emptyTime = new Float32Array(product(card.timeCacheDims));
  const layout = createFeedLayout(card);
  const firstOutput = graph.outputs[0]?.name ?? 'logprobs';
  return {
    shape: card.shape,
    maxBatch: card.maxBatch,
    createState: () => ({
      channel: { data: emptyChannel, row: 0 },
      time: { data: emptyTime, row: 0 },
      length: 0n,
    }),
    async encode(items) {
      const outputs = await graph.run(layout.feeds(items));
      const channel = outputs['cache_last_channel_next']?.data as Float32Array;
      const time = outputs['cache_last_time_next']?.data as Float32Array;
      const lengths = outputs[card.lengthOutput]?.data as BigInt64Array;
      return {
        encoded: {
          data: outputs[firstOutput]?.data as Float32Array,
          rows: items.length,
          frames: card.framesPerStep,
          width: card.vocabularySize + 1,
          isFrameLast: false,
        },
        adopt() {
          for (const [row, { state }] of items.entries()) {
            state.channel = { data: channel, row };
            state.time = { data: time, row };
            state.length = lengths[row] ?? 0n;
          }
        },
      };
    },
  };
}

/** The graph's inputs for a batch; what it returns is valid until the next call. */
function createFeedLayout(card: StreamingCard): {
  feeds(items: readonly EncoderItem<PlainCaches>[]): Record<string, Tensor>;
} {
  const { bands, windowFrames } = card.shape;
  const channelRows = createRowGatherer(product(card.channelCacheDims));
  const timeRows = createRowGatherer(product(card.timeCacheDims));
  const windows = createWindowLayout(card.shape);
  return {
    feeds(items) {
      const batch = items.length;
      const states = items.map((item) => item.state);
      const channel = channelRows.gather(states.map((state) => state.channel));
      const time = timeRows.gather(states.map((state) => state.time));
      const lengths = BigInt64Array.from(states, (state) => state.length);
      const windowLengths = new BigInt64Array(batch).fill(BigInt(windowFrames));
      const signal = windows.arrange(items.map(({ features }) => features));
      return {
        audio_signal: { type: 'float32', dims: [batch, bands, windowFrames], data: signal },
        length: { type: 'int64', dims: [batch], data: windowLengths },
        cache_last_channel: { type: 'float32', dims: [batch, ...card.channelCacheDims], data: channel },
        cache_last_time: { type: 'float32', dims: [batch, ...card.timeCacheDims], data: time },
        cache_last_channel_len: { type: 'int64', dims: [batch], data: lengths },
      };
    },
  };
}

function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

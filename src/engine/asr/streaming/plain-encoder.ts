/**
 * A cache-aware encoder as its exporter made it: caches go in whole and come back whole, one row a stream.
 */
import { RtError } from '../../../base/errors.ts';
import type { Graph, Tensor } from '../../onnx.ts';
import { createPlainFeeds, type PlainCaches } from './plain-feeds.ts';
import type { EncoderCard } from './streaming-card.ts';
import type { EncodedFrames, StreamingEncoder } from './streaming-encoder.ts';

export function createPlainEncoder(graph: Graph, card: EncoderCard): StreamingEncoder<PlainCaches> {
  const layout = createPlainFeeds(card);
  const { tensors } = card;
  return {
    shape: card.shape,
    maxBatch: card.maxBatch,
    createState: (language) => layout.empty(language),
    async encode(items) {
      const outputs = await graph.run(layout.feeds(items));
      const channel = outputs[tensors.channelCacheNext.name]?.data as Float32Array;
      const time = outputs[tensors.timeCacheNext.name]?.data as Float32Array;
      const lengths = outputs[tensors.cacheLengthNext.name]?.data ?? [];
      return {
        encoded: readEncoded(outputs[tensors.encoded.name], card),
        adopt() {
          for (const [row, { state }] of items.entries()) {
            state.channel = { data: channel, row };
            state.time = { data: time, row };
            state.length = Number(lengths[row] ?? 0);
          }
        },
      };
    },
  };
}

/** @throws RtError model_invalid when a step gives another number of frames than the windows move on by */
function readEncoded(tensor: Tensor | undefined, card: EncoderCard): EncodedFrames {
  const { isFrameLast, framesPerStep } = card;
  const [rows = 0, second = 0, third = 0] = tensor?.dims ?? [];
  const [frames, width] = isFrameLast ? [third, second] : [second, third];
  if (frames !== framesPerStep) {
    throw new RtError(
      'model_invalid',
      `The encoder gave ${frames} frames for a window that moves on by ${framesPerStep}`,
      { hint: 'The metadata of the model file must be those of its own export (chunk_shift, window_size).' },
    );
  }
  return { data: tensor?.data as Float32Array, rows, frames, width, isFrameLast };
}

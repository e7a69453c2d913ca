/**
 * A cache-aware encoder as its exporter made it: caches go in whole and come back whole, one row a stream.
 */
import { RtError } from '../../../base/errors.ts';
import type { Graph, Tensor } from '../../onnx.ts';
import { integerTensor } from '../integer-tensor.ts';
import { type CacheRow, createRowGatherer, type RowGatherer } from './cache-rows.ts';
import type { CacheShape } from './cache-shape.ts';
import type { EncoderCard } from './streaming-card.ts';
import type { EncodedFrames, EncoderItem, StreamingEncoder } from './streaming-encoder.ts';
import { createWindowLayout } from './window-layout.ts';

/** What the encoder remembers of a stream. */
export interface PlainCaches {
  channel: CacheRow;
  time: CacheRow;
  length: number;
  /** Index of its language in models that are told one. */
  readonly prompt: number;
}

export function createPlainEncoder(graph: Graph, card: EncoderCard): StreamingEncoder<PlainCaches> {
  const emptyChannel = new Float32Array(product(card.channelCache.dims));
  const emptyTime = new Float32Array(product(card.timeCache.dims));
  const layout = createFeedLayout(card);
  const { tensors } = card;
  return {
    shape: card.shape,
    maxBatch: card.maxBatch,
    createState: (language) => ({
      channel: { data: emptyChannel, row: 0 },
      time: { data: emptyTime, row: 0 },
      length: 0,
      prompt: card.prompts?.index(language) ?? 0,
    }),
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

/** The graph's inputs for a batch; what it returns is valid until the next call. */
function createFeedLayout(card: EncoderCard): {
  feeds(items: readonly EncoderItem<PlainCaches>[]): Record<string, Tensor>;
} {
  const { tensors, shape, channelCache, timeCache } = card;
  const channelRows = createGatherer(channelCache);
  const timeRows = createGatherer(timeCache);
  const windows = createWindowLayout(shape);
  return {
    feeds(items) {
      const batch = items.length;
      const states = items.map((item) => item.state);
      const feeds: Record<string, Tensor> = {
        [tensors.features.name]: {
          type: 'float32',
          dims: [batch, shape.bands, shape.windowFrames],
          data: windows.arrange(items.map(({ features }) => features)),
        },
        [tensors.featureLength.name]: integerTensor(
          tensors.featureLength,
          states.map(() => shape.windowFrames),
        ),
        [tensors.channelCache.name]: {
          type: 'float32',
          dims: channelCache.dims.toSpliced(channelCache.batchAxis, 0, batch),
          data: channelRows.gather(states.map((state) => state.channel)),
        },
        [tensors.timeCache.name]: {
          type: 'float32',
          dims: timeCache.dims.toSpliced(timeCache.batchAxis, 0, batch),
          data: timeRows.gather(states.map((state) => state.time)),
        },
        [tensors.cacheLength.name]: integerTensor(
          tensors.cacheLength,
          states.map((state) => state.length),
        ),
      };
      if (tensors.prompt) {
        feeds[tensors.prompt.name] = integerTensor(
          tensors.prompt,
          states.map((state) => state.prompt),
        );
      }
      return feeds;
    },
  };
}

function createGatherer({ dims, batchAxis }: CacheShape): RowGatherer {
  return createRowGatherer(product(dims), product(dims.slice(0, batchAxis)));
}

function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

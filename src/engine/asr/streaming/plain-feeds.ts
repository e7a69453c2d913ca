/** What a plain encoder is fed with: windows, and the caches of each stream whole. */
import type { Tensor } from '../../onnx.ts';
import { integerTensor } from '../integer-tensor.ts';
import { type CacheRow, createRowGatherer, type RowGatherer } from './cache-rows.ts';
import type { CacheShape } from './cache-shape.ts';
import type { EncoderCard } from './streaming-card.ts';
import type { EncoderItem } from './streaming-encoder.ts';
import { createWindowLayout } from './window-layout.ts';

/** What the encoder remembers of a stream. */
export interface PlainCaches {
  channel: CacheRow;
  time: CacheRow;
  length: number;
  /** Index of its language in models that are told one. */
  readonly prompt: number;
}

export interface PlainFeeds {
  /** Caches of a stream that has heard nothing. @throws RtError language_unsupported */
  empty(language: string): PlainCaches;
  /** The graph's inputs for a batch. Valid until the next call. */
  feeds(items: readonly EncoderItem<PlainCaches>[]): Record<string, Tensor>;
}

export function createPlainFeeds(card: EncoderCard): PlainFeeds {
  const { tensors, shape, channelCache, timeCache } = card;
  const emptyChannel = new Float32Array(product(channelCache.dims));
  const emptyTime = new Float32Array(product(timeCache.dims));
  const channelRows = createGatherer(channelCache);
  const timeRows = createGatherer(timeCache);
  const windows = createWindowLayout(shape);
  return {
    empty: (language) => ({
      channel: { data: emptyChannel, row: 0 },
      time: { data: emptyTime, row: 0 },
      length: 0,
      prompt: card.prompts?.index(language) ?? 0,
    }),
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

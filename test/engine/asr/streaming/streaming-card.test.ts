import { describe, expect, it } from 'vitest';
import {
  readStreamingCard,
  type StreamingCard,
} from '../../../../src/engine/asr/streaming/streaming-card.ts';
import type { TensorInfo } from '../../../../src/engine/onnx.ts';

type Shapes = Readonly<Record<string, readonly (number | string)[]>>;

const INPUTS: Shapes = {
  audio_signal: ['B', 80, 25],
  length: ['B'],
  cache_last_channel: ['B', 9, 56, 384],
  cache_last_time: ['B', 9, 192, 8],
  cache_last_channel_len: ['B'],
};
const OUTPUTS: Shapes = {
  logprobs: ['B', 2, 257],
  encoded_lengths: ['B'],
  cache_last_channel_next: ['B', 9, 56, 384],
  cache_last_time_next: ['B', 9, 192, 8],
  cache_last_channel_next_len: ['B'],
};
const METADATA = {
  ...{ window_size: '25', chunk_shift: '16', subsampling_factor: '8', feat_dim: '80', vocab_size: '256' },
  ...{ cache_last_channel_dim1: '9', cache_last_channel_dim2: '56', cache_last_channel_dim3: '384' },
  ...{ cache_last_time_dim1: '9', cache_last_time_dim2: '192', cache_last_time_dim3: '8' },
};

interface Change {
  readonly inputs?: Record<string, readonly (number | string)[] | undefined>;
  readonly outputs?: Record<string, readonly (number | string)[] | undefined>;
  readonly metadata?: Record<string, string | undefined>;
}

/** The card of an export that differs from a good one in this. */
function read(change: Change = {}): StreamingCard {
  const all: Readonly<Record<string, string | undefined>> = { ...METADATA, ...change.metadata };
  const graph = {
    inputs: infos({ ...INPUTS, ...change.inputs }),
    outputs: infos({ ...OUTPUTS, ...change.outputs }),
    run: () => Promise.reject(new Error('a card needs no inference')),
    release: () => Promise.resolve(),
  };
  const metadata = Object.entries(all).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return readStreamingCard(graph, new Map(metadata));
}

function infos(shapes: Record<string, readonly (number | string)[] | undefined>): readonly TensorInfo[] {
  return Object.entries(shapes).flatMap(([name, shape]) => (shape ? [{ name, type: 'float32', shape }] : []));
}

describe('the card of a streaming CTC model', () => {
  it('[ENG-33] says what its windows, caches and steps are', () => {
    expect(read()).toEqual({
      shape: { bands: 80, windowFrames: 25, shiftFrames: 16, cacheFrames: 9, tokenFrameSamples: 1280 },
      channelCacheDims: [9, 56, 384],
      timeCacheDims: [9, 192, 8],
      vocabularySize: 256,
      framesPerStep: 2,
      lengthOutput: 'cache_last_channel_next_len',
      maxBatch: 256,
      chunkMs: 160,
    });
  });

  it('[ENG-33] takes the bands from the graph where the metadata is silent', () => {
    expect(read({ metadata: { feat_dim: undefined } }).shape.bands).toBe(80);
  });

  it('[ENG-29] knows a batch axis that is baked in', () => {
    const one = Object.fromEntries(Object.entries(INPUTS).map(([name, [, ...rest]]) => [name, [1, ...rest]]));
    expect(read({ inputs: one }).maxBatch).toBe(1);
  });

  it.each<[Change, string]>([
    [{ metadata: { window_size: undefined } }, 'metadata key window_size is "missing"'],
    [{ metadata: { vocab_size: '-1' } }, 'metadata key vocab_size is "-1", a positive integer is due'],
    [{ metadata: { cache_last_time_dim2: 'x' } }, 'metadata key cache_last_time_dim2 is "x"'],
    [{ metadata: { normalize_type: 'per_feature' } }, 'normalize_type is "per_feature"'],
    [{ metadata: { chunk_shift: '26' } }, 'metadata key chunk_shift is 26, more than window_size 25'],
    [{ metadata: { chunk_shift: '15' } }, 'chunk_shift is 15, not a multiple of subsampling_factor 8'],
    [
      { inputs: { cache_last_time: undefined } },
      'tensor cache_last_time is missing (there are: audio_signal, ',
    ],
    [{ inputs: { length: undefined } }, 'tensor length is missing'],
    [
      { inputs: { audio_signal: ['B', 128, 25] } },
      'audio_signal is [B, 128, 25], its metadata says [B, 80, 25]',
    ],
    [
      { inputs: { cache_last_channel: [9, 'B', 56, 384] } },
      'cache_last_channel does not have the batch of audio_signal',
    ],
    [{ outputs: { cache_last_time_next: undefined } }, 'tensor cache_last_time_next is missing'],
    [{ outputs: { cache_last_channel_next_len: undefined } }, 'cache_last_channel_len_next is missing'],
    [{ outputs: { logprobs: ['B', 2, 1025] } }, 'logprobs is [B, 2, 1025], its metadata says [B, 2, 257]'],
  ])('[ENG-33] refuses %j', (change, message) => {
    expect(() => read(change)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type EncoderCard,
  readEncoderCard,
  readStreamingCard,
  type StreamingCard,
} from '../../../../src/engine/asr/streaming/streaming-card.ts';
import type { Graph, TensorInfo } from '../../../../src/engine/onnx.ts';

type Shapes = Readonly<Record<string, readonly (number | string)[]>>;
type PartialShapes = Readonly<Record<string, readonly (number | string)[] | undefined>>;

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
  readonly inputs?: PartialShapes;
  readonly outputs?: PartialShapes;
  readonly metadata?: Record<string, string | undefined>;
}

/** The card of an export that differs from a good one in this. */
function read(change: Change = {}): StreamingCard {
  return readStreamingCard(
    graphOf({ ...INPUTS, ...change.inputs }, { ...OUTPUTS, ...change.outputs }),
    mapOf({ ...METADATA, ...change.metadata }),
  );
}

function graphOf(inputs: PartialShapes, outputs: PartialShapes): Graph {
  return {
    inputs: infos(inputs),
    outputs: infos(outputs),
    run: () => Promise.reject(new Error('a card needs no inference')),
    release: () => Promise.resolve(),
  };
}

function mapOf(metadata: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(metadata).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, value]],
    ),
  );
}

function infos(shapes: PartialShapes): readonly TensorInfo[] {
  return Object.entries(shapes).flatMap(([name, shape]) =>
    shape ? [{ name, type: shape.length === 1 ? 'int64' : 'float32', shape }] : [],
  );
}

describe('the card of a streaming CTC model', () => {
  it('[ENG-33] says what its windows, caches and steps are', () => {
    expect(read()).toMatchObject({
      shape: { bands: 80, windowFrames: 25, shiftFrames: 16, cacheFrames: 9, tokenFrameSamples: 1280 },
      channelCache: { dims: [9, 56, 384], batchAxis: 0 },
      timeCache: { dims: [9, 192, 8], batchAxis: 0 },
      vocabularySize: 256,
      framesPerStep: 2,
      isFrameLast: false,
      prompts: undefined,
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
    [
      {
        metadata: { window_size: undefined, chunk_shift: undefined },
        inputs: { audio_signal: ['B', 80, 'T'] },
        outputs: { logprobs: ['B', 'T', 257] },
      },
      'metadata key window_size is "missing"',
    ],
    [{ metadata: { vocab_size: '-1' } }, 'metadata key vocab_size is "-1", a positive integer is due'],
    [{ metadata: { cache_last_time_dim2: 'x' } }, 'metadata key cache_last_time_dim2 is "x"'],
    [{ metadata: { normalize_type: 'per_feature' } }, 'normalize_type is "per_feature"'],
    [{ metadata: { chunk_shift: '26' } }, 'metadata key chunk_shift is 26, more than window_size 25'],
    [{ metadata: { chunk_shift: '15' } }, 'moves on by 15 frames, not by a multiple of subsampling_factor 8'],
    [
      { inputs: { cache_last_time: undefined } },
      'tensor cache_last_time is missing (there are: audio_signal, ',
    ],
    [{ inputs: { length: undefined } }, 'tensor length is missing'],
    [{ inputs: { audio_signal: ['B', 128, 25] } }, 'tensor audio_signal is [B, 128, 25], [B, 80, 25] is due'],
    [
      { inputs: { cache_last_channel: [9, 'B', 56, 384] }, metadata: { cache_last_channel_dim3: '400' } },
      'tensor cache_last_channel is [9, B, 56, 384], [9, B, 56, 400] is due',
    ],
    [{ outputs: { cache_last_time_next: undefined } }, 'tensor cache_last_time_next is missing'],
    [
      { outputs: { cache_last_channel_next_len: undefined } },
      'tensor cache_last_channel_next_len is missing',
    ],
    [{ outputs: { logprobs: ['B', 2, 1025] } }, 'tensor logprobs is [B, 2, 1025], [B, 2, 257] is due'],
    [{ inputs: { pre_cache: ['B', 80, 9] } }, 'nobody knows what the input tensor pre_cache is for'],
    [{ inputs: { prompt_index: ['B'] } }, 'metadata key prompt_dictionary is missing'],
    [
      { inputs: { cache_last_time: [9, 9, 192, 8] }, metadata: { cache_last_time_dim1: undefined } },
      'tensor cache_last_time is [9, 9, 192, 8]: neither of its first axes is a batch',
    ],
    [
      {
        inputs: { cache_last_channel: ['B', 9, 'L', 384] },
        metadata: { cache_last_channel_dim2: undefined },
      },
      'tensor cache_last_channel is [B, 9, L, 384] and metadata key cache_last_channel_dim2 is "missing"',
    ],
  ])('[ENG-33] refuses %j', (change, message) => {
    expect(() => read(change)).toThrow(message);
  });
});

/** What parakeet-rs and its relatives export: layers first, other names, little metadata. */
const LAYER_FIRST_INPUTS: Shapes = {
  processed_signal: ['batch', 128, 'time'],
  processed_signal_length: ['batch'],
  cache_last_channel: [24, 1, 70, 1024],
  cache_last_time: [24, 1, 1024, 8],
  cache_last_channel_len: [1],
};
const LAYER_FIRST_OUTPUTS: Shapes = {
  encoded: ['batch', 1024, 'frames'],
  encoded_len: ['batch'],
  cache_last_channel_next: [24, 1, 70, 1024],
  cache_last_time_next: [24, 1, 1024, 8],
  cache_last_channel_len_next: [1],
};

function readLayerFirst(metadata: Record<string, string>, inputs: PartialShapes = {}): EncoderCard {
  return readEncoderCard(graphOf({ ...LAYER_FIRST_INPUTS, ...inputs }, LAYER_FIRST_OUTPUTS), mapOf(metadata));
}

function numbered(name: string, shapes: Shapes): Shapes {
  return Object.fromEntries(Object.values(shapes).map((shape, i) => [`${name}.${i}`, shape]));
}

describe('the card of an encoder with layers first', () => {
  it('[ENG-67] has caches from the shapes and windows from the chunk', () => {
    expect(readLayerFirst({ chunk_size_output_frames: '7', pre_encode_cache: '9' })).toMatchObject({
      shape: { bands: 128, windowFrames: 65, shiftFrames: 56, cacheFrames: 9 },
      channelCache: { dims: [24, 70, 1024], batchAxis: 1 },
      timeCache: { dims: [24, 1024, 8], batchAxis: 1 },
      framesPerStep: 7,
      isFrameLast: true,
      maxBatch: 1,
    });
  });

  it('[ENG-67] has windows from the frames of a step where not even the shape of its features is said', () => {
    const inputs = infos({ ...LAYER_FIRST_INPUTS });
    const outputs = infos({ ...LAYER_FIRST_OUTPUTS, encoded: ['batch', 1024, 2] });
    const { shape } = readEncoderCard({ ...graphOf({}, {}), inputs, outputs }, mapOf({}));
    expect(shape).toMatchObject({ windowFrames: 25, shiftFrames: 16, cacheFrames: 9 });
  });

  it('[ENG-67] has windows from the shape of its features where nothing else is said', () => {
    const shape = { windowFrames: 17, shiftFrames: 8, cacheFrames: 9 };
    expect(readLayerFirst({}, { processed_signal: [1, 128, 17] }).shape).toMatchObject(shape);
    expect(() => readLayerFirst({}, { processed_signal: [1, 128, 20] })).toThrow(
      'moves on by 11 frames, not by a multiple of subsampling_factor 8',
    );
  });

  it('[ENG-67] finds its tensors by type and rank where nobody knows their names', () => {
    const graph = graphOf(numbered('input', LAYER_FIRST_INPUTS), numbered('output', LAYER_FIRST_OUTPUTS));
    const { tensors } = readEncoderCard(graph, mapOf({ chunk_size_output_frames: '1' }));
    expect(tensors).toMatchObject({
      features: { name: 'input.0' },
      featureLength: { name: 'input.1' },
      channelCache: { name: 'input.2' },
      timeCache: { name: 'input.3' },
      cacheLength: { name: 'input.4' },
      encoded: { name: 'output.0' },
      channelCacheNext: { name: 'output.2' },
      timeCacheNext: { name: 'output.3' },
      cacheLengthNext: { name: 'output.4' },
    });
  });
});

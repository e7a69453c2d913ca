/**
 * What a cache-aware streaming FastConformer-CTC file says of itself: metadata keys and tensor names
 * of the export that sherpa-onnx defines for NeMo models (batch axis 0 everywhere).
 */
import { RtError } from '../../../base/errors.ts';
import type { Graph, TensorInfo } from '../../onnx.ts';
import { HOP_SAMPLES } from '../mel/nemo-mel.ts';
import type { WindowShape } from '../recogniser.ts';

export interface StreamingCard {
  readonly shape: WindowShape;
  /** Shape of one stream's caches, without the batch axis. */
  readonly channelCacheDims: readonly [number, number, number];
  readonly timeCacheDims: readonly [number, number, number];
  readonly vocabularySize: number;
  readonly framesPerStep: number;
  /** Output with the new cache lengths: exporters order the words of its name differently. */
  readonly lengthOutput: string;
  /** 1 when the export has its batch axis baked in. */
  readonly maxBatch: number;
  readonly chunkMs: number;
}

const MAX_BATCH = 256;
const LENGTH_OUTPUTS = ['cache_last_channel_next_len', 'cache_last_channel_len_next'];

/**
 * Reads the card and checks it against the graph.
 * @throws RtError model_invalid naming the metadata key or tensor that does not fit
 */
export function readStreamingCard(graph: Graph, metadata: ReadonlyMap<string, string>): StreamingCard {
  const normalize = metadata.get('normalize_type') ?? '';
  if (normalize !== '' && normalize !== 'NA') {
    throw unfit(`normalize_type is "${normalize}"; a cache-aware streaming model has none`);
  }
  const windowFrames = integer(metadata, 'window_size');
  const shiftFrames = integer(metadata, 'chunk_shift');
  const subsampling = integer(metadata, 'subsampling_factor');
  const bands = integer(metadata, 'feat_dim', tensor(graph.inputs, 'audio_signal').shape[1]);
  const channelCacheDims = dims(metadata, 'cache_last_channel');
  const timeCacheDims = dims(metadata, 'cache_last_time');

  expectShape(graph.inputs, 'audio_signal', [bands, windowFrames]);
  expectShape(graph.inputs, 'cache_last_channel', channelCacheDims);
  expectShape(graph.inputs, 'cache_last_time', timeCacheDims);
  const batch = tensor(graph.inputs, 'audio_signal').shape[0];
  expectBatchFirst(graph.inputs, batch);
  tensor(graph.inputs, 'length');
  tensor(graph.inputs, 'cache_last_channel_len');
  tensor(graph.outputs, 'cache_last_channel_next');
  tensor(graph.outputs, 'cache_last_time_next');
  const lengthOutput = graph.outputs.find(({ name }) => LENGTH_OUTPUTS.includes(name))?.name;
  if (lengthOutput === undefined) throw unfit(`tensor ${LENGTH_OUTPUTS.join(' or ')} is missing`);
  expectSteps({ windowFrames, shiftFrames, subsampling });
  const vocabularySize = integer(metadata, 'vocab_size');
  const framesPerStep = shiftFrames / subsampling;
  // By position: the first output is the log-probabilities whatever the export calls them.
  expectShape(graph.outputs, graph.outputs[0]?.name ?? 'logprobs', [framesPerStep, vocabularySize + 1]);

  return {
    shape: {
      bands,
      windowFrames,
      shiftFrames,
      cacheFrames: windowFrames - shiftFrames,
      tokenFrameSamples: subsampling * HOP_SAMPLES,
    },
    channelCacheDims,
    timeCacheDims,
    vocabularySize,
    framesPerStep,
    lengthOutput,
    maxBatch: typeof batch === 'number' ? batch : MAX_BATCH,
    chunkMs: shiftFrames * 10,
  };
}

function integer(metadata: ReadonlyMap<string, string>, key: string, fallback?: number | string): number {
  const value = Number(metadata.get(key) ?? fallback);
  if (!Number.isInteger(value) || value <= 0) {
    throw unfit(`metadata key ${key} is "${metadata.get(key) ?? 'missing'}", a positive integer is due`);
  }
  return value;
}

function dims(metadata: ReadonlyMap<string, string>, name: string): [number, number, number] {
  return [
    integer(metadata, `${name}_dim1`),
    integer(metadata, `${name}_dim2`),
    integer(metadata, `${name}_dim3`),
  ];
}

function expectSteps(frames: {
  readonly windowFrames: number;
  readonly shiftFrames: number;
  readonly subsampling: number;
}): void {
  const { windowFrames, shiftFrames, subsampling } = frames;
  if (shiftFrames > windowFrames) {
    throw unfit(`metadata key chunk_shift is ${shiftFrames}, more than window_size ${windowFrames}`);
  }
  if (shiftFrames % subsampling !== 0) {
    throw unfit(
      `metadata key chunk_shift is ${shiftFrames}, not a multiple of subsampling_factor ${subsampling}`,
    );
  }
}

function tensor(infos: readonly TensorInfo[], name: string): TensorInfo {
  const found = infos.find((info) => info.name === name);
  if (!found)
    throw unfit(`tensor ${name} is missing (there are: ${infos.map((info) => info.name).join(', ')})`);
  return found;
}

function expectShape(infos: readonly TensorInfo[], name: string, expected: readonly number[]): void {
  const actual = tensor(infos, name).shape.slice(1);
  const fits =
    actual.length === expected.length && actual.every((d, i) => typeof d === 'string' || d === expected[i]);
  if (!fits)
    throw unfit(`tensor ${name} is [B, ${actual.join(', ')}], its metadata says [B, ${expected.join(', ')}]`);
}

/** Caches with the layer first (the dialect of other exports) would be read across the batch. */
function expectBatchFirst(inputs: readonly TensorInfo[], batch: number | string | undefined): void {
  for (const name of ['cache_last_channel', 'cache_last_time']) {
    const axis = tensor(inputs, name).shape[0];
    if (typeof axis !== typeof batch || (typeof axis === 'number' && axis !== batch)) {
      throw unfit(`tensor ${name} does not have the batch of audio_signal as its first axis`);
    }
  }
}

function unfit(what: string): RtError {
  return new RtError('model_invalid', `Not a streaming CTC model this engine knows: ${what}`, {
    hint: 'docs/engine.md lists the model families and the metadata they need.',
  });
}

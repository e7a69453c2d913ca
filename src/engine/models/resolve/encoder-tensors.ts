/** The tensors of encoders exported from NeMo: cache-aware ones in two dialects, and whole-utterance ones. */
import type { Graph, TensorInfo } from '../../onnx.ts';
import {
  expectFloat,
  type InputRole,
  isInteger,
  type OutputRole,
  resolveInputs,
  resolveOutputs,
} from './tensor-roles.ts';
import { unfitModel } from './unfit-model.ts';

export interface EncoderTensors {
  /** [B, bands, frames] */
  readonly features: TensorInfo;
  readonly featureLength: TensorInfo;
  readonly encoded: TensorInfo;
}

export interface StreamingTensors extends EncoderTensors {
  /** One stream: [layers, frames, width]. */
  readonly channelCache: TensorInfo;
  /** One stream: [layers, width, samples of the convolution]. */
  readonly timeCache: TensorInfo;
  readonly cacheLength: TensorInfo;
  readonly channelCacheNext: TensorInfo;
  readonly timeCacheNext: TensorInfo;
  readonly cacheLengthNext: TensorInfo;
  /** Index of the language, in models that take one. */
  readonly prompt: TensorInfo | undefined;
}

/** Samples a causal convolution of NeMo's encoders remembers: its kernel is 9 long. */
const CONVOLUTION_CACHE = 8;

const rank = (info: TensorInfo, length: number): boolean =>
  info.type === 'float32' && info.shape.length === length;

const FEATURES: readonly InputRole<'features' | 'featureLength'>[] = [
  { role: 'features', names: ['audio_signal', 'processed_signal'], fits: (info) => rank(info, 3) },
  {
    role: 'featureLength',
    names: ['length', 'processed_signal_length', 'audio_signal_length'],
    fits: (info) => isInteger(info) && info.shape.length === 1,
  },
];

const CACHES: readonly InputRole<'channelCache' | 'timeCache' | 'cacheLength'>[] = [
  {
    role: 'timeCache',
    names: ['cache_last_time'],
    fits: (info) => rank(info, 4) && info.shape[3] === CONVOLUTION_CACHE,
  },
  { role: 'channelCache', names: ['cache_last_channel'], fits: (info) => rank(info, 4) },
  {
    role: 'cacheLength',
    names: ['cache_last_channel_len'],
    fits: (info) => isInteger(info) && info.shape.length === 1,
  },
];

const NEXT: readonly OutputRole<'channelCacheNext' | 'timeCacheNext' | 'cacheLengthNext' | 'encoded'>[] = [
  { role: 'encoded', names: ['outputs', 'encoded', 'logprobs'], place: 0 },
  { role: 'channelCacheNext', names: ['cache_last_channel_next', 'new_cache_last_channel'], place: 2 },
  { role: 'timeCacheNext', names: ['cache_last_time_next', 'new_cache_last_time'], place: 3 },
  {
    role: 'cacheLengthNext',
    names: ['cache_last_channel_next_len', 'cache_last_channel_len_next', 'new_cache_last_channel_len'],
    place: 4,
  },
];

/** @throws RtError model_invalid naming the tensor */
export function resolveStreamingTensors({ inputs, outputs }: Graph): StreamingTensors {
  const prompt = inputs.find(({ name }) => name === 'prompt_index');
  const tensors = {
    ...resolveInputs<(typeof FEATURES)[number]['role'] | (typeof CACHES)[number]['role']>(
      inputs.filter((info) => info !== prompt),
      [...FEATURES, ...CACHES],
    ),
    ...resolveOutputs(outputs, NEXT),
    prompt,
  };
  expectRank(tensors.features, 3);
  expectRank(tensors.channelCache, 4);
  expectRank(tensors.timeCache, 4);
  expectFloat([tensors.features, tensors.channelCache, tensors.timeCache, tensors.encoded]);
  return tensors;
}

/** What an encoder gives. @throws RtError model_invalid */
export function resolveEncoded(outputs: readonly TensorInfo[]): TensorInfo {
  return resolveOutputs(
    outputs,
    NEXT.filter(({ role }) => role === 'encoded'),
  ).encoded;
}

/** @throws RtError model_invalid naming the tensor */
export function resolveEncoderTensors({ inputs, outputs }: Graph): EncoderTensors {
  const tensors = { ...resolveInputs(inputs, FEATURES), encoded: resolveEncoded(outputs) };
  expectRank(tensors.features, 3);
  expectFloat([tensors.features, tensors.encoded]);
  return tensors;
}

function expectRank({ name, shape }: TensorInfo, length: number): void {
  if (shape.length !== length) {
    throw unfitModel(`tensor ${name} has ${shape.length} dimensions, ${length} are due`);
  }
}

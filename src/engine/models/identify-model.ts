/**
 * Tells the family of a model: from its file names and the metadata of its main graph, weights unread, and for a graph
 * that says nothing of itself from the inputs it takes. The only place that decides: a family that is listed or
 * verified is the one that is loaded.
 */
import type { TensorInfo } from '../onnx.ts';
import type { DecoderKind, Family } from './model-kind.ts';

export interface Identity {
  readonly family: Family;
  readonly decoder: DecoderKind;
  /** Audio per step, where the file says it. */
  readonly chunkMs: number | undefined;
}

export interface Evidence {
  readonly names: readonly string[];
  /** Of the graph a folder stands for. */
  readonly metadata: ReadonlyMap<string, string>;
  /** `model_type` of config.json, where there is one. */
  readonly modelType: string | undefined;
  /** Of that graph, once it is loaded. */
  readonly inputs?: readonly TensorInfo[];
}

/** Keys that only exports with caches have. */
const CACHE_KEYS = [
  ...['cache_layout', 'cache_last_channel_dim1', 'pre_encode_cache'],
  ...['chunk_size_output_frames', 'chunk_shift'],
];

/** Undefined for files of no family that is known. */
export function identifyModel(evidence: Evidence): Identity | undefined {
  const { names, metadata, modelType } = evidence;
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/^silero.*\.onnx$/)) return { family: 'vad', decoder: 'none', chunkMs: 32 };
  if (has(/^(?:cached|uncached)_decode/)) return segment('moonshine', 'aed');
  if (has(/^decoder_model/)) return segment(modelType === 'moonshine' ? 'moonshine' : 'whisper', 'aed');
  if (metadata.has('decode_chunk_len')) {
    return { family: 'zipformer', decoder: 'rnnt', chunkMs: tenfold(metadata.get('decode_chunk_len')) };
  }
  const isTransducer = has(/^(?:joiner|decoder_joint)/);
  if (metadata.get('streaming_model_type')?.includes('unified')) {
    return {
      family: 'parakeet-buffered',
      decoder: 'rnnt',
      chunkMs: tenfold(metadata.get('chunk_feature_frames')),
    };
  }
  if (CACHE_KEYS.some((key) => metadata.has(key))) {
    return cached(isTransducer, tenfold(metadata.get('chunk_shift')));
  }
  return identifyParakeet({ ...evidence, isTransducer }) ?? identifyByInputs(evidence, isTransducer);
}

function cached(isTransducer: boolean, chunkMs: number | undefined): Identity {
  return { family: 'fastconformer-cache', decoder: isTransducer ? 'rnnt' : 'ctc', chunkMs };
}

function identifyParakeet(evidence: Evidence & { readonly isTransducer: boolean }): Identity | undefined {
  const { metadata, modelType, isTransducer } = evidence;
  const told = /^nemo-conformer-(ctc|rnnt|tdt)$/.exec(modelType ?? '')?.[1];
  if (told !== undefined) return segment('parakeet-segment', told as DecoderKind);
  if (metadata.get('normalize_type') !== 'per_feature') return undefined;
  // sherpa-onnx tells a TDT export from an RNNT one by its url alone.
  const isTdt = /tdt/i.test(metadata.get('url') ?? '');
  if (!isTransducer) return segment('parakeet-segment', 'ctc');
  return segment('parakeet-segment', isTdt ? 'tdt' : 'rnnt');
}

/** Features and their length make a NeMo encoder, caches beside them one that streams. */
function identifyByInputs({ inputs = [] }: Evidence, isTransducer: boolean): Identity | undefined {
  const hasFeatures = inputs.some(({ type, shape }) => type === 'float32' && shape.length === 3);
  const hasLength = inputs.some(({ type, shape }) => /^int/.test(type) && shape.length === 1);
  if (!hasFeatures || !hasLength) return undefined;
  if (inputs.some(({ name, shape }) => shape.length === 4 || /^cache_/.test(name)))
    return cached(isTransducer, undefined);
  return segment('parakeet-segment', isTransducer ? 'rnnt' : 'ctc');
}

function segment(family: Family, decoder: DecoderKind): Identity {
  return { family, decoder, chunkMs: undefined };
}

/** Mel frames of 10 ms as milliseconds. */
function tenfold(frames: string | undefined): number | undefined {
  const value = Number(frames);
  return Number.isInteger(value) && value > 0 ? value * 10 : undefined;
}

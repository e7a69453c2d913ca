/**
 * What a cache-aware streaming FastConformer file says of itself, in its metadata and in the shapes of
 * its tensors. Exports for sherpa-onnx say everything in metadata; others leave it to the shapes.
 */
import { resolveStreamingTensors, type StreamingTensors } from '../../models/resolve/encoder-tensors.ts';
import { type Metadata, positiveInteger } from '../../models/resolve/metadata-values.ts';
import { expectDims, literalDim, maxBatchOf } from '../../models/resolve/tensor-dims.ts';
import { unfitModel } from '../../models/resolve/unfit-model.ts';
import type { Graph, TensorInfo } from '../../onnx.ts';
import { HOP_SAMPLES } from '../mel/nemo-mel.ts';
import type { WindowShape } from '../recogniser.ts';
import { type CacheShape, readCacheShape } from './cache-shape.ts';
import { type LanguagePrompts, readLanguagePrompts } from './language-prompts.ts';
import { readGeometry } from './window-geometry.ts';

export interface EncoderCard {
  readonly shape: WindowShape;
  readonly tensors: StreamingTensors;
  readonly channelCache: CacheShape;
  readonly timeCache: CacheShape;
  readonly framesPerStep: number;
  /** Encoded frames come as [width, frames]. */
  readonly isFrameLast: boolean;
  readonly prompts: LanguagePrompts | undefined;
  /** 1 when the export has its batch axis baked in. */
  readonly maxBatch: number;
  readonly chunkMs: number;
}

/** The card of an encoder with a CTC head: its frames are log-probabilities. */
export interface StreamingCard extends EncoderCard {
  /** Tokens without the blank. */
  readonly vocabularySize: number;
}

const MEL_FRAME_MS = 10;

/**
 * Reads the card of a CTC model and checks it against the graph.
 * @throws RtError model_invalid naming the metadata key or tensor that does not fit
 */
export function readStreamingCard(graph: Graph, metadata: Metadata): StreamingCard {
  const card = readCard(graph, metadata, () => false);
  // The first output, whatever the export calls it.
  const { encoded } = card.tensors;
  const classes = literalDim(encoded, 2);
  const vocabularySize = positiveInteger(
    metadata,
    'vocab_size',
    classes === undefined ? undefined : classes - 1,
  );
  expectDims(encoded, ['B', card.framesPerStep, vocabularySize + 1]);
  return { ...card, vocabularySize };
}

/**
 * Reads the card of a transducer's encoder and checks it against the graph.
 * @throws RtError model_invalid naming the metadata key or tensor that does not fit
 */
export function readEncoderCard(graph: Graph, metadata: Metadata): EncoderCard {
  return readCard(graph, metadata, (encoded, cache) => !isFrameByFrame(encoded, cache));
}

function readCard(
  graph: Graph,
  metadata: Metadata,
  isFrameLastIn: (encoded: TensorInfo, channelCache: CacheShape) => boolean,
): EncoderCard {
  const normalize = metadata.get('normalize_type') ?? '';
  if (normalize !== '' && normalize !== 'NA') {
    throw unfitModel(`normalize_type is "${normalize}"; a cache-aware streaming model has none`);
  }
  const tensors = resolveStreamingTensors(graph);
  const channelCache = readCacheShape(tensors.channelCache, 'cache_last_channel', metadata);
  const isFrameLast = isFrameLastIn(tensors.encoded, channelCache);
  const { bands, windowFrames, shiftFrames, subsampling } = readGeometry({
    metadata,
    features: tensors.features,
    framesPerStep: literalDim(tensors.encoded, isFrameLast ? 2 : 1),
  });
  const timeCache = readCacheShape(tensors.timeCache, 'cache_last_time', metadata);
  return {
    shape: {
      bands,
      windowFrames,
      shiftFrames,
      cacheFrames: windowFrames - shiftFrames,
      tokenFrameSamples: subsampling * HOP_SAMPLES,
    },
    tensors,
    channelCache,
    timeCache,
    framesPerStep: shiftFrames / subsampling,
    isFrameLast,
    prompts: tensors.prompt ? readLanguagePrompts(metadata) : undefined,
    maxBatch: maxBatchOf([
      [tensors.features, 0],
      [tensors.channelCache, channelCache.batchAxis],
      [tensors.timeCache, timeCache.batchAxis],
    ]),
    chunkMs: shiftFrames * MEL_FRAME_MS,
  };
}

/** A transducer's encoder gives [width, frames], as NeMo does, unless the shape says the opposite. */
function isFrameByFrame(encoded: TensorInfo, { dims }: CacheShape): boolean {
  const width = dims[2];
  return encoded.shape[2] === width && encoded.shape[1] !== width;
}

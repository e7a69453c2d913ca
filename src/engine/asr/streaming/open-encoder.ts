/** Opens the encoder of a streaming file in whichever way it keeps its caches: whole, or as new rows. */
import type { Metadata } from '../../models/resolve/metadata-values.ts';
import type { Graph } from '../../onnx.ts';
import { isDelta, readDeltaCard, readDeltaCtcCard } from './delta-card.ts';
import { createDeltaEncoder } from './delta-encoder.ts';
import { createPlainEncoder } from './plain-encoder.ts';
import {
  type EncoderCard,
  readEncoderCard,
  readStreamingCard,
  type StreamingCard,
} from './streaming-card.ts';
import type { StreamingEncoder } from './streaming-encoder.ts';

/** What both kinds of card say. */
type SharedFacts = 'shape' | 'chunkMs' | 'framesPerStep' | 'isFrameLast' | 'prompts' | 'maxBatch';

export interface OpenEncoder<C> {
  readonly encoder: StreamingEncoder<object>;
  readonly card: C;
}

/**
 * The encoder of a model with a CTC head.
 * @throws RtError model_invalid naming the metadata key or tensor that does not fit
 */
export function openCtcEncoder(
  graph: Graph,
  metadata: Metadata,
): OpenEncoder<Pick<StreamingCard, SharedFacts | 'vocabularySize'>> {
  if (isDelta(metadata)) {
    const card = readDeltaCtcCard(graph, metadata);
    return { encoder: createDeltaEncoder(graph, card), card };
  }
  const card = readStreamingCard(graph, metadata);
  return { encoder: createPlainEncoder(graph, card), card };
}

/**
 * The encoder of a transducer.
 * @throws RtError model_invalid naming the metadata key or tensor that does not fit
 */
export function openTransducerEncoder(
  graph: Graph,
  metadata: Metadata,
): OpenEncoder<Pick<EncoderCard, SharedFacts>> {
  if (isDelta(metadata)) {
    const card = readDeltaCard(graph, metadata);
    return { encoder: createDeltaEncoder(graph, card), card };
  }
  const card = readEncoderCard(graph, metadata);
  return { encoder: createPlainEncoder(graph, card), card };
}

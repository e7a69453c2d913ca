/**
 * Finds the chunk of an encoder whose file says nothing of it. An export cuts what it gives to the frames of
 * its chunk, so a window that is longer than any chunk gives just those.
 */
import { resolveStreamingTensors } from '../../models/resolve/encoder-tensors.ts';
import type { Metadata } from '../../models/resolve/metadata-values.ts';
import { literalDim } from '../../models/resolve/tensor-dims.ts';
import type { Graph } from '../../onnx.ts';
import { createPlainFeeds } from './plain-feeds.ts';
import { readEncoderCard } from './streaming-card.ts';
import { CHUNK_KEY, WINDOW_KEYS } from './window-geometry.ts';

/** Encoder frames of the window that is tried: twice the longest chunk NeMo's models are trained with, and more. */
const LONG_FRAMES = 30;

/**
 * `metadata` with `chunk_size_output_frames`, where neither it nor the graph's shapes say the window.
 * @throws RtError model_invalid, asr_failed
 */
export async function learnChunk(graph: Graph, metadata: Metadata): Promise<Metadata> {
  if (WINDOW_KEYS.some((key) => metadata.has(key))) return metadata;
  const { features, encoded } = resolveStreamingTensors(graph);
  if (literalDim(features, 2) !== undefined) return metadata;
  const card = readEncoderCard(graph, withChunk(metadata, LONG_FRAMES));
  const frameAxis = card.isFrameLast ? 2 : 1;
  if (literalDim(encoded, frameAxis) !== undefined) return metadata;
  const plain = createPlainFeeds(card);
  const { windowFrames, bands } = card.shape;
  const silence = new Float32Array(windowFrames * bands);
  const outputs = await graph.run(plain.feeds([{ state: plain.empty('auto'), features: silence }]), [
    encoded.name,
  ]);
  const frames = outputs[encoded.name]?.dims[frameAxis] ?? 0;
  // A graph that gives all frames of the window has no chunk of its own.
  return frames > 0 && frames < LONG_FRAMES ? withChunk(metadata, frames) : metadata;
}

function withChunk(metadata: Metadata, frames: number): Metadata {
  return new Map([...metadata, [CHUNK_KEY, String(frames)]]);
}

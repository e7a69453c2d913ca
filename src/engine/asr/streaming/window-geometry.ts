/** The windows an exported encoder takes, in mel frames. They are baked into a file with its latency. */
import type { TensorInfo } from '../../onnx.ts';
import { type Metadata, optionalInteger, positiveInteger } from '../../models/resolve/metadata-values.ts';
import { expectDims, literalDim } from '../../models/resolve/tensor-dims.ts';
import { unfitModel } from '../../models/resolve/unfit-model.ts';

export interface WindowGeometry {
  readonly bands: number;
  readonly windowFrames: number;
  readonly shiftFrames: number;
  /** Mel frames per encoder frame. */
  readonly subsampling: number;
}

/** Encoder frames of a chunk, in exports that have few other metadata. */
export const CHUNK_KEY = 'chunk_size_output_frames';
/** Metadata keys each of which tells the window. */
export const WINDOW_KEYS: readonly string[] = [CHUNK_KEY, 'window_size', 'chunk_shift'];

/** NeMo's FastConformer, where a file does not say otherwise. */
const SUBSAMPLING = 8;
/** What its causal subsampling looks back, so that a window repeats as many frames of the one before. */
const PRE_ENCODE_FRAMES = 9;

/** What there is to read the geometry from. */
export interface GeometrySource {
  readonly metadata: Metadata;
  readonly features: TensorInfo;
  /** Frames a step gives, where the graph says it. */
  readonly framesPerStep?: number | undefined;
}

/**
 * Reads `window_size` and `chunk_shift`, or `chunk_size_output_frames` and `pre_encode_cache`, or the shapes
 * of the features or of the encoded frames.
 * @throws RtError model_invalid naming the metadata key or the tensor
 */
export function readGeometry(source: GeometrySource): WindowGeometry {
  const { metadata, features } = source;
  const subsampling = positiveInteger(metadata, 'subsampling_factor', SUBSAMPLING);
  const bands = positiveInteger(metadata, 'feat_dim', literalDim(features, 1));
  const { windowFrames, shiftFrames } = readWindow(source, subsampling);
  if (shiftFrames > windowFrames) {
    throw unfitModel(`metadata key chunk_shift is ${shiftFrames}, more than window_size ${windowFrames}`);
  }
  if (shiftFrames <= 0 || shiftFrames % subsampling !== 0) {
    throw unfitModel(
      `a window moves on by ${shiftFrames} frames, not by a multiple of subsampling_factor ${subsampling}`,
    );
  }
  expectDims(features, ['B', bands, windowFrames]);
  return { bands, windowFrames, shiftFrames, subsampling };
}

function readWindow(
  { metadata, features, framesPerStep }: GeometrySource,
  subsampling: number,
): { readonly windowFrames: number; readonly shiftFrames: number } {
  const cacheFrames = optionalInteger(metadata, 'pre_encode_cache') ?? PRE_ENCODE_FRAMES;
  const ofStep = (frames: number): { windowFrames: number; shiftFrames: number } => ({
    windowFrames: frames * subsampling + cacheFrames,
    shiftFrames: frames * subsampling,
  });
  const chunkFrames = optionalInteger(metadata, CHUNK_KEY);
  if (chunkFrames !== undefined) return ofStep(chunkFrames);
  const shiftFrames = optionalInteger(metadata, 'chunk_shift');
  const windowFrames = optionalInteger(metadata, 'window_size') ?? literalDim(features, 2);
  if (windowFrames !== undefined)
    return { windowFrames, shiftFrames: shiftFrames ?? windowFrames - cacheFrames };
  if (shiftFrames !== undefined) return { windowFrames: shiftFrames + cacheFrames, shiftFrames };
  if (framesPerStep !== undefined) return ofStep(framesPerStep);
  throw unfitModel('metadata key window_size is "missing", a positive integer is due');
}

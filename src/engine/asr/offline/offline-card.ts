/** What an encoder for whole utterances says of itself: in metadata, in a config.json, or in its shapes. */
import { type EncoderTensors, resolveEncoderTensors } from '../../models/resolve/encoder-tensors.ts';
import { type Metadata, positiveInteger } from '../../models/resolve/metadata-values.ts';
import { expectDims, literalDim, maxBatchOf } from '../../models/resolve/tensor-dims.ts';
import { unfitModel } from '../../models/resolve/unfit-model.ts';
import type { Graph } from '../../onnx.ts';

export type Normalisation = 'per_feature' | 'none';

export interface OfflineCard {
  readonly tensors: EncoderTensors;
  readonly bands: number;
  /** Mel frames per encoder frame. */
  readonly subsampling: number;
  readonly normalisation: Normalisation;
  readonly maxBatch: number;
}

const SUBSAMPLING = 8;
/** More utterances in one call wait for the longest of them. */
const MAX_BATCH = 8;

/**
 * @param metadata of the graph, with `feat_dim`, `subsampling_factor` and `normalize_type` of its config.json
 * @throws RtError model_invalid naming the metadata key or tensor that does not fit
 */
export function readOfflineCard(graph: Graph, metadata: Metadata): OfflineCard {
  const tensors = resolveEncoderTensors(graph);
  const bands = positiveInteger(metadata, 'feat_dim', literalDim(tensors.features, 1));
  expectDims(tensors.features, ['B', bands, 'T']);
  return {
    tensors,
    bands,
    subsampling: positiveInteger(metadata, 'subsampling_factor', SUBSAMPLING),
    normalisation: readNormalisation(metadata.get('normalize_type') ?? 'per_feature'),
    maxBatch: Math.min(MAX_BATCH, maxBatchOf([[tensors.features, 0]])),
  };
}

function readNormalisation(type: string): Normalisation {
  if (type === 'per_feature') return 'per_feature';
  if (type === '' || type === 'NA') return 'none';
  throw unfitModel(`normalize_type is "${type}"; per_feature and NA are known`);
}

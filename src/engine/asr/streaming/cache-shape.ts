/** The shape of a stream's cache, and which axis of the graph's tensor is the batch. */
import type { TensorInfo } from '../../onnx.ts';
import { type Metadata, optionalInteger } from '../../models/resolve/metadata-values.ts';
import { expectDims, literalDim } from '../../models/resolve/tensor-dims.ts';
import { unfitModel } from '../../models/resolve/unfit-model.ts';

export interface CacheShape {
  /** One stream's, layers first. */
  readonly dims: readonly [number, number, number];
  /** Before the layers in exports for sherpa-onnx, behind them in others. */
  readonly batchAxis: 0 | 1;
}

/**
 * Reads the shape from the metadata keys `<key>_dim1` to `_dim3`, and from the tensor where they are silent.
 * @throws RtError model_invalid naming the tensor
 */
export function readCacheShape(info: TensorInfo, key: string, metadata: Metadata): CacheShape {
  const said = [1, 2, 3].map((n) => optionalInteger(metadata, `${key}_dim${n}`));
  const batchAxis = findBatchAxis(info, said[0]);
  const ownAxes = [0, 1, 2, 3].filter((axis) => axis !== batchAxis);
  const dims: (number | string)[] = ownAxes.map((axis, i) => {
    const dim = said[i] ?? literalDim(info, axis);
    if (dim !== undefined) return dim;
    throw unfitModel(
      `tensor ${info.name} is [${info.shape.join(', ')}] and metadata key ${key}_dim${i + 1} is "missing"`,
    );
  });
  expectDims(info, dims.toSpliced(batchAxis, 0, 'B'));
  return { dims: dims as [number, number, number], batchAxis };
}

/** The axis without a number; else the one that is not the count of layers; else the one that is 1. */
function findBatchAxis(info: TensorInfo, layers: number | undefined): 0 | 1 {
  const [first, second] = info.shape;
  if (typeof first !== typeof second) return typeof first === 'string' ? 0 : 1;
  if (layers !== undefined && first !== second) {
    if (second === layers) return 0;
    if (first === layers) return 1;
  }
  if (typeof first === 'string' || first === 1) return 0;
  if (second === 1) return 1;
  throw unfitModel(`tensor ${info.name} is [${info.shape.join(', ')}]: neither of its first axes is a batch`);
}

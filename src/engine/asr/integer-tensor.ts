/** Small vectors of integers in whichever width a graph declares them. */
import type { Tensor, TensorInfo } from '../onnx.ts';

/** `values` as a tensor of the type of `info`, of one dimension unless `dims` says otherwise. */
export function integerTensor(info: TensorInfo, values: readonly number[], dims?: readonly number[]): Tensor {
  const shape = dims ?? [values.length];
  return info.type === 'int32'
    ? { type: 'int32', dims: shape, data: Int32Array.from(values) }
    : { type: 'int64', dims: shape, data: BigInt64Array.from(values, BigInt) };
}

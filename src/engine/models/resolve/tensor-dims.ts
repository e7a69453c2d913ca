/** Dimensions of tensors as a graph declares them: numbers where it knows them, names where it does not. */
import type { TensorInfo } from '../../onnx.ts';
import { unfitModel } from './unfit-model.ts';

/** The number on an axis; undefined where the graph has a name. */
export function literalDim(info: TensorInfo, axis: number): number | undefined {
  const dim = info.shape[axis];
  return typeof dim === 'number' ? dim : undefined;
}

/**
 * Compares a declared shape with what the model needs; a name on either side fits anything.
 * @throws RtError model_invalid naming the tensor
 */
export function expectDims(info: TensorInfo, expected: readonly (number | string)[]): void {
  const fits =
    info.shape.length === expected.length &&
    info.shape.every(
      (dim, axis) => typeof dim === 'string' || typeof expected[axis] === 'string' || dim === expected[axis],
    );
  if (!fits) {
    throw unfitModel(`tensor ${info.name} is [${info.shape.join(', ')}], [${expected.join(', ')}] is due`);
  }
}

const MAX_BATCH = 256;

/** Most streams a graph takes at once: what its export has baked in on one of these axes, else plenty. */
export function maxBatchOf(axes: readonly (readonly [info: TensorInfo, axis: number])[]): number {
  const baked = axes.map(([info, axis]) => literalDim(info, axis)).filter((dim) => dim !== undefined);
  return Math.min(MAX_BATCH, ...baked);
}

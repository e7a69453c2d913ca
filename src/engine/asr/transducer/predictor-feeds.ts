/**
 * What a recurrent predictor is fed with and gives back: the last token of each stream and the states
 * before it, one row a stream. In the states' tensors the batch lies behind the layers.
 */
import type { Tensor } from '../../onnx.ts';
import type { PredictorTensors, StateTensors } from '../../models/resolve/joint-tensors.ts';
import { integerTensor } from '../integer-tensor.ts';

/** One stream's states, each [layers, width]. */
export type PredictorStates = readonly Float32Array[];

export interface PredictorItem {
  readonly token: number;
  readonly states: PredictorStates;
}

export function emptyStates({ states }: PredictorTensors): PredictorStates {
  return states.map(({ layers, width }) => new Float32Array(layers * width));
}

export function feedPredictor(
  tensors: PredictorTensors,
  items: readonly PredictorItem[],
): Record<string, Tensor> {
  const batch = items.length;
  const feeds: Record<string, Tensor> = {
    [tensors.targets.name]: integerTensor(
      tensors.targets,
      items.map(({ token }) => token),
      [batch, 1],
    ),
  };
  if (tensors.targetLength) {
    feeds[tensors.targetLength.name] = integerTensor(
      tensors.targetLength,
      items.map(() => 1),
    );
  }
  for (const [i, state] of tensors.states.entries()) {
    feeds[state.input.name] = joinRows(
      state,
      items.map(({ states }) => states[i] as Float32Array),
    );
  }
  return feeds;
}

/** The states of row `row` of what a run gave back. */
export function readStates(
  { states }: PredictorTensors,
  outputs: Readonly<Record<string, Tensor>>,
  row: number,
): PredictorStates {
  return states.map(({ output, layers, width }) => {
    const data = outputs[output.name]?.data as Float32Array;
    const batch = data.length / (layers * width);
    const own = new Float32Array(layers * width);
    for (let layer = 0; layer < layers; layer++) {
      const from = (layer * batch + row) * width;
      own.set(data.subarray(from, from + width), layer * width);
    }
    return own;
  });
}

function joinRows({ layers, width }: StateTensors, rows: readonly Float32Array[]): Tensor {
  const data = new Float32Array(layers * rows.length * width);
  for (let layer = 0; layer < layers; layer++) {
    for (const [row, own] of rows.entries()) {
      data.set(own.subarray(layer * width, (layer + 1) * width), (layer * rows.length + row) * width);
    }
  }
  return { type: 'float32', dims: [layers, rows.length, width], data };
}

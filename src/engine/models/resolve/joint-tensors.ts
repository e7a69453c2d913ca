/** The tensors of a transducer's predictor and joint network: two graphs, or one that has both. */
import type { TensorInfo } from '../../onnx.ts';
import { type Metadata, optionalInteger } from './metadata-values.ts';
import { expectFloat, isInteger, resolveInputs } from './tensor-roles.ts';
import { expectDims, literalDim } from './tensor-dims.ts';
import { unfitModel } from './unfit-model.ts';

interface GraphTensors {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/** One half of a recurrent network's memory: [layers, B, width]. */
export interface StateTensors {
  readonly input: TensorInfo;
  readonly output: TensorInfo;
  readonly layers: number;
  readonly width: number;
}

export interface PredictorTensors {
  /** [B, U]: the tokens said. */
  readonly targets: TensorInfo;
  /** Not all exporters keep it: nothing depends on it. */
  readonly targetLength: TensorInfo | undefined;
  readonly states: readonly StateTensors[];
  /** First output: what the joint network takes, or, with both in one graph, the scores. */
  readonly first: TensorInfo;
}

export interface JoinerTensors {
  /** [B, width, T] */
  readonly encoded: TensorInfo;
  /** [B, width, U] */
  readonly predicted: TensorInfo;
  readonly scores: TensorInfo;
}

/**
 * The tensors of a predictor, or of a graph with both networks once `encoded` is taken out.
 * States are told by type and rank, in order: exporters give some of them numbers for names.
 * @throws RtError model_invalid naming the tensor
 */
export function resolvePredictor({ inputs, outputs }: GraphTensors, metadata: Metadata): PredictorTensors {
  const stateInputs = inputs.filter(({ type, shape }) => type === 'float32' && shape.length === 3);
  const stateOutputs = outputs.slice(1).filter((info) => !isInteger(info));
  const targetLength = inputs.find((info) => isInteger(info) && info.shape.length === 1);
  const { targets } = resolveInputs(
    inputs.filter((info) => info !== targetLength && !stateInputs.includes(info)),
    [{ role: 'targets', names: ['targets'], fits: (info) => isInteger(info) && info.shape.length === 2 }],
  );
  const first = outputs[0];
  if (!first || stateInputs.length === 0 || stateInputs.length !== stateOutputs.length) {
    throw unfitModel(
      `the predictor takes ${stateInputs.length} states [layers, B, width] and gives ${stateOutputs.length} back`,
    );
  }
  expectFloat([first, ...stateOutputs]);
  return {
    targets,
    targetLength,
    first,
    states: stateInputs.map((input, i) => ({
      input,
      output: stateOutputs[i] as TensorInfo,
      layers: stateDim(input, 0, optionalInteger(metadata, 'pred_rnn_layers')),
      width: stateDim(input, 2, optionalInteger(metadata, 'pred_hidden')),
    })),
  };
}

/** @throws RtError model_invalid naming the tensor */
export function resolveJoiner({ inputs, outputs }: GraphTensors): JoinerTensors {
  const fits = ({ type, shape }: TensorInfo): boolean => type === 'float32' && shape.length === 3;
  const tensors = resolveInputs(inputs, [
    { role: 'encoded', names: ['encoder_outputs', 'encoder_out'], fits },
    { role: 'predicted', names: ['decoder_outputs', 'decoder_out'], fits },
  ]);
  const scores = outputs[0];
  if (!scores) throw unfitModel('the joint network has no output');
  expectFloat([tensors.encoded, tensors.predicted, scores]);
  return { ...tensors, scores };
}

/** The encoder's frames among the inputs of a graph with both networks. @throws RtError model_invalid */
export function resolveEncodedInput({ inputs }: GraphTensors): TensorInfo {
  const encoded = inputs.find(({ name }) => name === 'encoder_outputs' || name === 'encoder_out');
  if (encoded) return encoded;
  const there = inputs.map(({ name }) => name).join(', ');
  throw unfitModel(`tensor encoder_outputs is missing (there are: ${there})`);
}

/**
 * Width of the frames an encoder gives and a joint network takes.
 * @param said what the encoder's graph says of it
 * @throws RtError model_invalid when they are not of the same export, or neither says it
 */
export function agreeOnWidth(encoded: TensorInfo, said: number | undefined): number {
  const width = said ?? literalDim(encoded, 1);
  if (width === undefined) throw unfitModel(`tensor ${encoded.name} does not say how wide a frame is`);
  expectDims(encoded, ['B', width, 'T']);
  return width;
}

function stateDim(info: TensorInfo, axis: number, said: number | undefined): number {
  const dim = literalDim(info, axis) ?? said;
  if (dim !== undefined) return dim;
  throw unfitModel(
    `tensor ${info.name} is [${info.shape.join(', ')}], [layers, B, width] with numbers is due`,
  );
}

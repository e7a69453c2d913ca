/** The encoder: 30 s of log-mel features in, the states the decoder looks at out. */
import type { Graph, Tensor } from '../../onnx.ts';
import { expectShape, type FloatType, floatType, unfitTensor } from './decoder-card.ts';
import { halvesFromSingles, singlesFromHalves } from './half-float.ts';
import type { WhisperCard } from './whisper-card.ts';
import { MEL_FRAMES } from './whisper-mel.ts';

/** Encoder frames of 20 ms in its 30 s. */
export const ENCODER_FRAMES: number = MEL_FRAMES / 2;

export interface WhisperEncoder {
  /** False when the export has its batch axis fixed at 1. */
  readonly takesBatches: boolean;
  /**
   * States [rows, 1500, width].
   * @param features `rows` times [bands, 3000]
   * @throws RtError asr_failed, resource_exhausted
   */
  encode(features: Float32Array, rows: number): Promise<Tensor>;
}

/** @throws RtError model_invalid naming the tensor that does not fit */
export function createWhisperEncoder(graph: Graph, card: WhisperCard): WhisperEncoder {
  const input = graph.inputs.find(({ name }) => name === 'input_features');
  if (input === undefined) throw unfitTensor('input input_features is missing');
  const other = graph.inputs.find(({ name }) => name !== 'input_features');
  if (other !== undefined) throw unfitTensor(`input ${other.name} is none a Whisper encoder has`);
  expectShape(input, [undefined, card.bands, MEL_FRAMES]);
  const output = graph.outputs.find(({ name }) => name === 'last_hidden_state');
  if (output === undefined) throw unfitTensor('output last_hidden_state is missing');
  expectShape(output, [undefined, ENCODER_FRAMES, card.width]);
  const type = floatType(input);
  return {
    takesBatches: input.shape[0] !== 1,
    async encode(features, rows) {
      const feeds = { [input.name]: floatTensor(features, [rows, card.bands, MEL_FRAMES], type) };
      const outputs = await graph.run(feeds, [output.name]);
      return outputs[output.name]!;
    },
  };
}

/** Single-precision values as a tensor of the type a graph wants. */
function floatTensor(data: Float32Array, dims: readonly number[], type: FloatType): Tensor {
  return type === 'float32' ? { type, dims, data } : { type, dims, data: halvesFromSingles(data) };
}

/** A float tensor in the other precision, when that is what a graph wants. */
export function asFloatType(tensor: Tensor, type: FloatType): Tensor {
  if (tensor.type === type) return tensor;
  return floatTensor(singlesOf(tensor), tensor.dims, type);
}

/** The values of a float tensor in single precision; its own data where it has that. */
export function singlesOf({ data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array) return singlesFromHalves(data);
  throw new TypeError('A float tensor was due');
}

/** Writes the small parts of a layer. A value is [rows, width]. */
import { CONTRIB, type GraphWriter } from './graph-writer.ts';
import type { Convolution, Linear, Matrix, Norm } from './match-parts.ts';
import { expectPattern, PatternMiss } from './pattern-miss.ts';
import { quantiseTransposed } from './quantise-matrix.ts';
import { besideEachOther, repeated, reshaped, scaled, type TensorSource, withSign } from './tensor-source.ts';

export interface PartContext {
  readonly writer: GraphWriter;
  /** 8-bit weights are to be signed. */
  readonly signed: boolean;
  /** Products that the export left in float between quantised ones are to be quantised too. */
  readonly quantised: boolean;
}

export function writeNorm({ scale, bias, epsilon }: Norm, input: string, { writer }: PartContext): string {
  return writer.add({
    operator: 'LayerNormalization',
    inputs: [input, writer.weight(scale), writer.weight(bias)],
    attributes: { axis: { int: -1 }, epsilon: { float: epsilon } },
  });
}

export function writeSilu(input: string, { writer }: PartContext): string {
  return writer.add({
    operator: 'QuickGelu',
    domain: CONTRIB,
    inputs: [input],
    attributes: { alpha: { float: 1 } },
  });
}

/** @param factor what the result is multiplied by */
export function writeLinear(
  { matrix, bias }: Pick<Linear, 'matrix' | 'bias'>,
  input: string,
  { writer, signed, factor = 1 }: PartContext & { readonly factor?: number },
): string {
  const { weight, quantisation } = matrix;
  if (!quantisation) {
    return writer.add({
      operator: 'Gemm',
      inputs: [input, writer.weight(weight), ...(bias ? [writer.weight(bias)] : [])],
      attributes: factor === 1 ? {} : { alpha: { float: factor }, beta: { float: factor } },
    });
  }
  const scale = scaled(quantisation.scale, factor);
  return writer.add({
    operator: 'DynamicQuantizeMatMul',
    domain: CONTRIB,
    inputs: [
      input,
      writer.weight(withSign(weight, signed)),
      writer.weight(scale),
      writer.weight(withSign(quantisation.zeroPoint, signed)),
      ...(bias ? [writer.weight(scaled(bias, factor))] : []),
    ],
  });
}

/** Linear layers of the same input as one, their results side by side. */
export function writeMerged(parts: readonly Linear[], input: string, context: PartContext): string {
  const name = parts.map(({ matrix }) => matrix.weight.name).join('+');
  const biases = parts.flatMap(({ bias }) => (bias ? [bias] : []));
  expectPattern(biases.length === 0 || biases.length === parts.length, `${name}: only some have a bias`);
  return writeLinear(
    {
      matrix: mergeMatrices(
        name,
        parts.map(({ matrix }) => matrix),
      ),
      bias: biases.length > 0 ? besideEachOther(`${name}.bias`, biases) : undefined,
    },
    input,
    context,
  );
}

function mergeMatrices(name: string, matrices: readonly Matrix[]): Matrix {
  const weight = besideEachOther(
    name,
    matrices.map((matrix) => matrix.weight),
  );
  const quantisations = matrices.flatMap(({ quantisation }) => (quantisation ? [quantisation] : []));
  if (quantisations.length === 0) return { weight };
  if (quantisations.length !== matrices.length) throw new PatternMiss(`${name}: only some are quantised`);
  const spread = (tensor: TensorSource, i: number): TensorSource =>
    repeated(tensor, matrices[i]?.weight.dims[1] ?? 0);
  return {
    weight,
    quantisation: {
      scale: besideEachOther(`${name}.scale`, quantisations.map(({ scale }) => scale).map(spread)),
      zeroPoint: besideEachOther(
        `${name}.zero_point`,
        quantisations.map(({ zeroPoint }) => zeroPoint).map(spread),
      ),
    },
  };
}

/** A convolution over one frame, as the product it is. */
export function writePointwise({ weight, bias }: Convolution, input: string, context: PartContext): string {
  const { writer, quantised } = context;
  const [outputs = 0, inputs = 0] = weight.dims;
  const matrix = reshaped(weight, [outputs, inputs]);
  if (quantised) return writeLinear({ matrix: quantiseTransposed(matrix), bias }, input, context);
  return writer.add({
    operator: 'Gemm',
    inputs: [input, writer.weight(matrix), ...(bias ? [writer.weight(bias)] : [])],
    attributes: { transB: { int: 1 } },
  });
}

export function transpose(writer: GraphWriter, input: string, ...permutation: readonly number[]): string {
  return writer.add({ operator: 'Transpose', inputs: [input], attributes: { perm: { ints: permutation } } });
}

export function reshape(writer: GraphWriter, input: string, ...dims: readonly number[]): string {
  return writer.add({ operator: 'Reshape', inputs: [input, writer.ints(...dims)] });
}

/** Cuts an axis into pieces of these sizes. */
export function cutInto(
  writer: GraphWriter,
  input: string,
  { axis, sizes }: { readonly axis: number; readonly sizes: readonly number[] },
): readonly string[] {
  const node = {
    operator: 'Split',
    inputs: [input, writer.ints(...sizes)],
    attributes: { axis: { int: axis } },
  };
  return writer.split(node, sizes.length);
}

export function sum(writer: GraphWriter, a: string, b: string): string {
  return writer.add({ operator: 'Add', inputs: [a, b] });
}

export function joinAlong(writer: GraphWriter, axis: number, inputs: readonly string[]): string {
  return writer.add({ operator: 'Concat', inputs, attributes: { axis: { int: axis } } });
}

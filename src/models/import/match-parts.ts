/**
 * Recognises the small parts of an exported encoder, each from the tensor it gives backwards: norms, linear
 * layers in float or quantised, activations. Everything else of the pattern is made of these.
 */
import type { OnnxNode } from './onnx-schema.ts';
import { expectPattern, PatternMiss } from './pattern-miss.ts';
import { attributeOf, type SourceModel } from './source-model.ts';
import { numbersOf, type TensorSource } from './tensor-source.ts';

export interface Norm {
  readonly input: string;
  readonly scale: TensorSource;
  readonly bias: TensorSource;
  readonly epsilon: number;
}

/** A matrix [inputs, outputs]; `scale` and `zeroPoint` are there when it is of 8 bit. */
export interface Matrix {
  readonly weight: TensorSource;
  readonly quantisation?: { readonly scale: TensorSource; readonly zeroPoint: TensorSource };
}

export interface Linear {
  readonly input: string;
  readonly matrix: Matrix;
  readonly bias: TensorSource | undefined;
}

/** A convolution over one frame: a linear layer for values that lie [channels, frames]. */
export interface Convolution {
  readonly input: string;
  /** [outputs, inputs of a group, kernel] */
  readonly weight: TensorSource;
  readonly bias: TensorSource | undefined;
  readonly groups: number;
}

export function nodeOf(model: SourceModel, tensor: string, ...operators: readonly string[]): OnnxNode {
  const node = model.producer(tensor);
  expectPattern(
    node !== undefined && operators.includes(node.opType),
    `${tensor} is made by ${node?.opType ?? 'nothing'}, ${operators.join(' or ')} was looked for`,
  );
  return node;
}

/** The one input of a node that is no constant, and the constant. */
export function splitConstant(model: SourceModel, node: OnnxNode): { value: string; constant: TensorSource } {
  const [a = '', b = ''] = node.input;
  const [first, second] = [model.constant(a), model.constant(b)];
  if (second && !first) return { value: a, constant: second };
  if (first && !second) return { value: b, constant: first };
  throw new PatternMiss(`${node.name} does not join a value with a constant`);
}

export function inputOf(node: OnnxNode, index = 0): string {
  const input = node.input[index];
  expectPattern(input !== undefined && input !== '', `${node.name} has no input ${index}`);
  return input;
}

export function constantOf(model: SourceModel, node: OnnxNode, index: number): TensorSource {
  const tensor = model.constant(node.input[index] ?? '');
  if (!tensor) throw new PatternMiss(`input ${index} of ${node.name} is not a constant`);
  return tensor;
}

export function expectTranspose(model: SourceModel, tensor: string, permutation: string): string {
  const node = nodeOf(model, tensor, 'Transpose');
  const found = (attributeOf(node, 'perm')?.ints ?? []).join('');
  expectPattern(found === permutation, `${node.name} transposes ${found}, ${permutation} was looked for`);
  return inputOf(node);
}

export function matchNorm(model: SourceModel, tensor: string): Norm {
  const node = nodeOf(model, tensor, 'LayerNormalization');
  return {
    input: inputOf(node),
    scale: constantOf(model, node, 1),
    bias: constantOf(model, node, 2),
    epsilon: attributeOf(node, 'epsilon')?.f ?? 1e-5,
  };
}

export function matchLinear(model: SourceModel, tensor: string): Linear {
  const node = nodeOf(model, tensor, 'Add', 'MatMul', 'Mul');
  if (node.opType !== 'Add') return { ...matchProduct(model, node), bias: undefined };
  const { value, constant } = splitConstant(model, node);
  return { ...matchProduct(model, nodeOf(model, value, 'MatMul', 'Mul')), bias: constant };
}

/** x · W, or what dynamic quantisation makes of it: MatMulInteger, Cast, Mul by the product of both scales. */
function matchProduct(model: SourceModel, node: OnnxNode): { input: string; matrix: Matrix } {
  if (node.opType === 'MatMul')
    return { input: inputOf(node), matrix: { weight: constantOf(model, node, 1) } };
  const product = nodeOf(model, inputOf(nodeOf(model, inputOf(node), 'Cast')), 'MatMulInteger');
  const scales = nodeOf(model, inputOf(node, 1), 'Mul');
  const quantised = nodeOf(model, inputOf(product), 'DynamicQuantizeLinear');
  expectPattern(scales.input[0] === quantised.output[1], `${node.name} is scaled by something unknown`);
  return {
    input: inputOf(quantised),
    matrix: {
      weight: constantOf(model, product, 1),
      quantisation: { scale: constantOf(model, scales, 1), zeroPoint: constantOf(model, product, 3) },
    },
  };
}

export function matchConvolution(model: SourceModel, tensor: string): Convolution {
  const node = nodeOf(model, tensor, 'Conv');
  const isPlain = ['strides', 'dilations'].every((name) =>
    (attributeOf(node, name)?.ints ?? []).every((n) => n === 1),
  );
  const isUnpadded = (attributeOf(node, 'pads')?.ints ?? []).every((n) => n === 0);
  expectPattern(isPlain && isUnpadded, `${node.name} has strides, dilations or padding`);
  return {
    input: inputOf(node),
    weight: constantOf(model, node, 1),
    bias: node.input[2] === undefined ? undefined : constantOf(model, node, 2),
    groups: attributeOf(node, 'group')?.i ?? 1,
  };
}

/** x · sigmoid(x) */
export function matchSilu(model: SourceModel, tensor: string): string {
  const node = nodeOf(model, tensor, 'Mul');
  const [a = '', b = ''] = node.input;
  const [value, gate] = model.producer(b)?.opType === 'Sigmoid' ? [a, b] : [b, a];
  expectPattern(inputOf(nodeOf(model, gate, 'Sigmoid')) === value, `${node.name} is not x · sigmoid(x)`);
  return value;
}

/** The input of a multiplication by `factor`. */
export function matchScaled(model: SourceModel, tensor: string, factor: number): string {
  const node = nodeOf(model, tensor, 'Mul');
  const { value, constant } = splitConstant(model, node);
  expectPattern(scalar(constant) === factor, `${node.name} does not multiply by ${factor}`);
  return value;
}

export function scalar(tensor: TensorSource): number {
  const [value, ...others] = numbersOf(tensor);
  if (value === undefined || others.length > 0) throw new PatternMiss(`${tensor.name} is not one number`);
  return value;
}

/** The sum x + f(x) as its two sides: the one `match` recognises and the other. */
export function matchResidual<T>(
  model: SourceModel,
  tensor: string,
  match: (side: string) => T,
): { readonly residual: string; readonly part: T } {
  const [a = '', b = ''] = nodeOf(model, tensor, 'Add').input;
  try {
    return { residual: a, part: match(b) };
  } catch (error) {
    if (!(error instanceof PatternMiss)) throw error;
    try {
      return { residual: b, part: match(a) };
    } catch (other) {
      // The order of the export is the first one tried, so its reason is the one that tells something.
      throw other instanceof PatternMiss ? error : other;
    }
  }
}

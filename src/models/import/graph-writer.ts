/** A graph that is written node by node. */
import { encodeAttribute, type OnnxAttribute, type OnnxNode, type OnnxValue } from './onnx-schema.ts';
import { ELEMENT, int64Tensor, type TensorSource } from './tensor-source.ts';

/** Domain of the operators onnxruntime adds. */
export const CONTRIB = 'com.microsoft';

export type AttributeValue =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] };

export interface NewNode {
  readonly operator: string;
  readonly domain?: string;
  /** The empty string for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface GraphContent {
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly TensorSource[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface GraphWriter {
  /** Adds a node of one output; answers its name. */
  add(node: NewNode): string;
  /** Adds a node of several outputs; answers their names. */
  split(node: NewNode, outputs: number): readonly string[];
  /** Adds a node as another graph has it, its inputs renamed. */
  keep(node: OnnxNode, inputs: readonly string[]): void;
  /** A tensor of the model; the same name is there once. */
  weight(tensor: TensorSource): string;
  ints(...values: readonly number[]): string;
  /** Declares an input. */
  input(name: string, type: number, dims: readonly (number | string)[]): void;
  /** Declares an output and calls the tensor `value` by its name. */
  output(name: string, value: string, dims: readonly (number | string)[]): void;
  content(): GraphContent;
}

export function createGraphWriter(): GraphWriter {
  const nodes: OnnxNode[] = [];
  const weights = new Map<string, TensorSource>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const renamed = new Map<string, string>();
  const named = (names: readonly string[]): readonly string[] =>
    names.map((name) => renamed.get(name) ?? name);
  const weight = (tensor: TensorSource): string => {
    weights.set(tensor.name, weights.get(tensor.name) ?? tensor);
    return tensor.name;
  };
  const split = (node: NewNode, count: number): readonly string[] => {
    const output = Array.from({ length: count }, (_, i) => `delta_${nodes.length}_${node.operator}_${i}`);
    nodes.push(newNode(node, { name: `${node.operator}_${nodes.length}`, output }));
    return output;
  };
  return {
    add: (node) => split(node, 1)[0] ?? '',
    split,
    keep: (node, input) => void nodes.push({ ...node, input }),
    weight,
    ints: (...values) => weight(int64Tensor(`ints_${values.join('_')}`, [values.length], values)),
    input: (name, type, dims) => void inputs.push(valueInfo(name, type, dims)),
    output(name, value, dims) {
      renamed.set(value, name);
      outputs.push(valueInfo(name, ELEMENT.float32, dims));
    },
    content: () => ({
      nodes: nodes.map((node) => ({ ...node, input: named(node.input), output: named(node.output) })),
      weights: [...weights.values()],
      inputs,
      outputs,
    }),
  };
}

function newNode(
  { operator, domain = '', inputs: input, attributes = {} }: NewNode,
  identity: Pick<OnnxNode, 'name' | 'output'>,
): OnnxNode {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    encodeAttribute(attributeOf(name, value)),
  );
  return { ...identity, opType: operator, domain, input, attribute };
}

function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if ('float' in value) return { name, type: 1, f: value.float };
  if ('int' in value) return { name, type: 2, i: value.int };
  return { name, type: 7, ints: value.ints };
}

function valueInfo(name: string, elemType: number, dims: readonly (number | string)[]): OnnxValue {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

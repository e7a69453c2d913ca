/**
 * Writes a graph node by node, and its weights behind one another into a file beside it, each once and
 * none of them twice in memory.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodeAttribute,
  encodeModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnx-schema.ts';
import { ELEMENT, elementBytes, floatTensor, int64Tensor, type TensorSource } from './tensor-source.ts';

/** Domain of the operators onnxruntime adds. */
export const CONTRIB = 'com.microsoft';
/** Smaller tensors stay in the graph: an entry in the file of weights costs as much as they do. */
const EXTERNAL_BYTES = 256;
const ALIGNMENT_BYTES = 64;

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

export interface GraphWriter {
  /** Adds a node of one output; answers its name. */
  add(node: NewNode): string;
  /** Adds a node of several outputs; answers their names. */
  split(node: NewNode, outputs: number): readonly string[];
  /** Adds a node as another graph has it, its inputs renamed. */
  keep(node: OnnxNode, inputs: readonly string[]): void;
  /** A tensor of the model; the same name is written once. */
  weight(tensor: TensorSource): string;
  floats(values: readonly number[], dims?: readonly number[]): string;
  ints(...values: readonly number[]): string;
  input(name: string, type: number, dims: readonly (number | string)[]): string;
  /** Declares an output and calls the tensor `value` by its name. */
  output(name: string, value: string, dims: readonly (number | string)[]): void;
  /** Writes the graph and its weights; answers the hash of the weights. */
  write(target: WriteTarget): Promise<WrittenGraph>;
}

export interface WriteTarget {
  readonly folder: string;
  readonly graphName: string;
  readonly weightsName: string;
  readonly opset: number;
  readonly irVersion: number;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface WrittenGraph {
  readonly nodes: number;
  readonly weights: { readonly bytes: number; readonly sha256: string };
}

export function createGraphWriter(): GraphWriter {
  const nodes: OnnxNode[] = [];
  const weights = new Map<string, TensorSource>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const renamed = new Map<string, string>();
  const named = (names: readonly string[]): readonly string[] =>
    names.map((name) => renamed.get(name) ?? name);
  const addNode = (
    { operator, domain = '', inputs: from, attributes = {} }: NewNode,
    to: readonly string[],
  ): void => {
    const attribute = Object.entries(attributes).map(([name, value]) =>
      encodeAttribute(attributeOf(name, value)),
    );
    nodes.push({
      name: `${operator}_${nodes.length}`,
      opType: operator,
      domain,
      input: from,
      output: to,
      attribute,
    });
  };
  const newNames = (operator: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => `delta_${nodes.length}_${operator}_${i}`);
  const weight = (tensor: TensorSource): string => {
    weights.set(tensor.name, weights.get(tensor.name) ?? tensor);
    return tensor.name;
  };
  const split = (node: NewNode, count: number): readonly string[] => {
    const to = newNames(node.operator, count);
    addNode(node, to);
    return to;
  };
  return {
    add: (node) => split(node, 1)[0] ?? '',
    split,
    keep: (node, from) => void nodes.push({ ...node, input: from }),
    weight,
    floats: (values, dims = []) =>
      weight(floatTensor(`floats_${dims.join('x')}_${values.join('_')}`, dims, values)),
    ints: (...values) => weight(int64Tensor(`ints_${values.join('_')}`, [values.length], values)),
    input(name, type, dims) {
      inputs.push(valueInfo(name, type, dims));
      return name;
    },
    output(name, value, dims) {
      renamed.set(value, name);
      outputs.push(valueInfo(name, ELEMENT.float32, dims));
    },
    async write(target) {
      const { tensors, ...written } = await writeWeights([...weights.values()], target);
      const node = nodes.map((each) => ({ ...each, input: named(each.input), output: named(each.output) }));
      const graph = { name: 'delta', node, initializer: tensors, input: inputs, output: outputs };
      const bytes = encodeModel({
        irVersion: target.irVersion,
        producerName: 'rt models import',
        opsetImport: [
          { domain: '', version: target.opset },
          { domain: CONTRIB, version: 1 },
        ],
        metadataProps: [...target.metadata].map(([key, value]) => ({ key, value })),
        graph,
      });
      await writeFile(join(target.folder, target.graphName), bytes);
      return { nodes: nodes.length, weights: written };
    },
  };
}

async function writeWeights(
  tensors: readonly TensorSource[],
  { folder, weightsName }: WriteTarget,
): Promise<{ readonly tensors: readonly OnnxTensor[]; readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const described: OnnxTensor[] = [];
  let position = 0;
  const file = await open(join(folder, weightsName), 'w');
  const append = async (bytes: Uint8Array): Promise<void> => {
    await writeAll(file, bytes);
    hash.update(bytes);
    position += bytes.length;
  };
  try {
    for (const { name, type, dims, bytes } of tensors) {
      const length = dims.reduce((product, dim) => product * dim, elementBytes(type));
      if (length < EXTERNAL_BYTES) {
        described.push({ name, dataType: type, dims, rawData: bytes() });
        continue;
      }
      await append(new Uint8Array((ALIGNMENT_BYTES - (position % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES));
      const externalData = [
        { key: 'location', value: weightsName },
        { key: 'offset', value: String(position) },
        { key: 'length', value: String(length) },
      ];
      described.push({ name, dataType: type, dims, externalData, dataLocation: 1 });
      await append(bytes());
    }
  } finally {
    await file.close();
  }
  return { tensors: described, bytes: position, sha256: hash.digest('hex') };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}

function attributeOf(name: string, value: AttributeValue): Parameters<typeof encodeAttribute>[0] {
  if ('float' in value) return { name, type: 1, f: value.float };
  if ('int' in value) return { name, type: 2, i: value.int };
  return { name, type: 7, ints: value.ints };
}

function valueInfo(name: string, elemType: number, dims: readonly (number | string)[]): OnnxValue {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

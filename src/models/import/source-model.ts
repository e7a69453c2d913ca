/** A model file as a graph one can walk in both directions; weights stay where they are until they are asked for. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import {
  decodeAttribute,
  decodeModel,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnx-schema.ts';
import { ELEMENT, type TensorSource } from './tensor-source.ts';

export interface SourceModel {
  readonly path: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Version of the operators without a domain. */
  readonly opset: number;
  readonly irVersion: number;
  /** An initializer or a constant, by the name of the tensor. */
  constant(name: string): TensorSource | undefined;
  producer(tensor: string): OnnxNode | undefined;
}

const LARGEST_FILE_BYTES = 2 ** 31 - 1;
const EXTERNAL = 1;

/** @throws RtError model_invalid */
export function readSourceModel(path: string): SourceModel {
  const model = parse(path);
  const constants = new Map<string, TensorSource>();
  for (const tensor of model.graph.initializer) constants.set(tensor.name, tensorSource(tensor, path));
  const producers = new Map<string, OnnxNode>();
  for (const node of model.graph.node) {
    const value = node.opType === 'Constant' ? attributeOf(node, 'value')?.t : undefined;
    for (const output of node.output) {
      if (value) constants.set(output, tensorSource({ ...value, name: output }, path));
      else producers.set(output, node);
    }
  }
  return {
    path,
    nodes: model.graph.node,
    inputs: model.graph.input.filter(({ name }) => !constants.has(name)),
    outputs: model.graph.output,
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
    opset: model.opsetImport.find(({ domain }) => domain === '')?.version ?? 0,
    irVersion: model.irVersion,
    constant: (name) => constants.get(name),
    producer: (tensor) => producers.get(tensor),
  };
}

export function attributeOf(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attribute.map(decodeAttribute).find((attribute) => attribute.name === name);
}

function parse(path: string): OnnxModel {
  try {
    const { size } = statSync(path);
    if (size > LARGEST_FILE_BYTES)
      throw new Error('a model of more than 2 GiB keeps its weights in another file');
    return decodeModel(readFileSync(path));
  } catch (cause) {
    throw new RtError('model_invalid', `Cannot read the model ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'Check that the file is a whole ONNX file; compare its sha256 with the card of the model.',
    });
  }
}

function tensorSource(tensor: OnnxTensor, path: string): TensorSource {
  const { name, dims, dataType: type } = tensor;
  return { name, type, dims, bytes: () => dataOf(tensor, path) };
}

/** Small tensors may lie in a field of their type instead of in raw bytes. */
function dataOf(tensor: OnnxTensor, path: string): Uint8Array {
  if (tensor.dataLocation === EXTERNAL) return readExternal(tensor, path);
  const { rawData, floatData = [], int32Data = [], int64Data = [] } = tensor;
  if (rawData && rawData.length > 0) return rawData;
  if (floatData.length > 0) return new Uint8Array(Float32Array.from(floatData).buffer);
  if (int64Data.length > 0) return new Uint8Array(BigInt64Array.from(int64Data, BigInt).buffer);
  const isNarrow = tensor.dataType !== ELEMENT.int32;
  return new Uint8Array((isNarrow ? Uint8Array.from(int32Data) : Int32Array.from(int32Data)).buffer);
}

function readExternal({ name, externalData = [] }: OnnxTensor, path: string): Uint8Array {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const file = join(dirname(path), entries.get('location') ?? '');
  try {
    const position = Number(entries.get('offset') ?? 0);
    const length = Number(entries.get('length') ?? statSync(file).size - position);
    const bytes = new Uint8Array(length);
    const descriptor = openSync(file, 'r');
    try {
      if (readSync(descriptor, bytes, 0, length, position) !== length) throw new Error('it is cut short');
    } finally {
      closeSync(descriptor);
    }
    return bytes;
  } catch (cause) {
    throw new RtError('model_invalid', `Cannot read the weights ${name} from ${file}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Copies the nodes between two tensors into another graph with everything settled that does not depend on
 * what is heard: at a fixed window the shape arithmetic of an export gives the same numbers at every step, and
 * its masks mask nothing.
 */
import type { Tensor } from '../../engine/onnx.ts';
import type { GraphProbe } from './graph-probe.ts';
import type { GraphWriter } from './graph-writer.ts';
import { inputOf } from './match-parts.ts';
import type { OnnxNode } from './onnx-schema.ts';
import { foldPadding } from './pad-folding.ts';
import { expectPattern, PatternMiss } from './pattern-miss.ts';
import { attributeOf, type SourceModel } from './source-model.ts';
import { ELEMENT, floatTensor, numbersOf, type TensorSource } from './tensor-source.ts';
import { nodesBetween } from './value-paths.ts';

/** Batch sizes at which a tensor is looked at: what differs between them depends on the batch. */
const BATCHES = [2, 3] as const;

export interface FrozenPath {
  readonly nodes: readonly OnnxNode[];
  /** Inner tensors whose numbers `copy` must know. */
  readonly asked: readonly string[];
}

export interface PathCopy {
  readonly probe: GraphProbe;
  readonly writer: GraphWriter;
  /** Where the path begins: names in the old graph and in the new one. */
  readonly renamed: ReadonlyMap<string, string>;
}

export function findPath(
  model: SourceModel,
  path: { readonly target: string; readonly from?: string; readonly values: ReadonlySet<string> },
): FrozenPath {
  const nodes = nodesBetween(model, path);
  const asked = nodes.flatMap((node) => [
    ...node.input.filter((name) => name !== '' && !path.values.has(name) && !model.constant(name)),
    ...(node.opType === 'Reshape' ? node.output : []),
  ]);
  return { nodes, asked: [...new Set(asked)] };
}

/**
 * Adds the nodes of `path` to the new graph; answers what the tensors of the old one are called there.
 * @throws PatternMiss when a node depends on the batch in a way nobody has thought of
 */
export async function copyPath(
  model: SourceModel,
  path: FrozenPath,
  { probe, writer, renamed }: PathCopy,
): Promise<ReadonlyMap<string, string>> {
  const seen = await lookAt(probe, path.asked);
  const names = new Map(renamed);
  const nameOf = (tensor: string): string => {
    if (tensor === '') return tensor;
    const constant = model.constant(tensor);
    if (constant) return writer.weight(constant);
    const known = seen.get(tensor);
    return known && !names.has(tensor)
      ? writer.weight(settled(tensor, known))
      : (names.get(tensor) ?? tensor);
  };
  for (const node of foldPadding(path.nodes, (pad) => zerosAdded(model, pad, seen))) {
    const bypass = bypassOf(node, seen);
    const [output = ''] = node.output;
    if (bypass !== undefined) names.set(output, nameOf(bypass));
    else if (node.opType === 'Reshape') {
      const shape = writer.ints(...shapeOf(output, seen.get(output)));
      names.set(output, writer.add({ operator: 'Reshape', inputs: [nameOf(inputOf(node)), shape] }));
    } else writer.keep(node, node.input.map(nameOf));
  }
  return names;
}

type Seen = readonly Tensor[];

/** What a Pad adds around its input; undefined where that is not zeros. */
function zerosAdded(
  model: SourceModel,
  pad: OnnxNode,
  seen: ReadonlyMap<string, Seen>,
): readonly number[] | undefined {
  const [, pads = '', value = ''] = pad.input;
  const mode = attributeOf(pad, 'mode')?.s;
  const isConstant = mode === undefined || Buffer.from(mode).toString() === 'constant';
  if (!isConstant || (value !== '' && numbersOf(model.constant(value) ?? ONE).some((v) => v !== 0))) {
    return undefined;
  }
  const constant = model.constant(pads);
  if (constant) return numbersOf(constant);
  return seen.get(pads)?.[0] && Array.from(seen.get(pads)?.[0]?.data as ArrayLike<number | bigint>, Number);
}

/** Stands for a value nobody knows: it is not zero. */
const ONE = floatTensor('unknown', [], [1]);

async function lookAt(probe: GraphProbe, tensors: readonly string[]): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  if (tensors.length === 0) return seen;
  for (const batch of BATCHES) {
    const run = { batch, cacheLengths: new Array<number>(batch).fill(0) };
    for (const [name, tensor] of await probe.run(run, tensors)) {
      seen.set(name, [...(seen.get(name) ?? []), tensor]);
    }
  }
  return seen;
}

/** The input a node hands on as it is: multiplied by ones, padded by nothing, masked nowhere. */
function bypassOf(node: OnnxNode, seen: ReadonlyMap<string, Seen>): string | undefined {
  const [first = '', second = '', third = ''] = node.input;
  const isAll = (tensor: string, value: number): boolean =>
    seen.get(tensor)?.every(({ data }) => data.every((element) => Number(element) === value)) ?? false;
  if (node.opType === 'Mul' && isAll(second, 1)) return first;
  if (node.opType === 'Mul' && isAll(first, 1)) return second;
  if (node.opType === 'Where' && isAll(first, 0)) return third;
  if (node.opType === 'Pad' && isAll(second, 0)) return first;
  return undefined;
}

/** The shape of a tensor with -1 for the one dimension that follows the batch. */
function shapeOf(name: string, seen: Seen | undefined): readonly number[] {
  const [small, large] = seen ?? [];
  if (!small || !large) throw new PatternMiss(`the shape of ${name} is not known`);
  const shape = small.dims.map((dim, axis) => (dim === large.dims[axis] ? dim : -1));
  expectPattern(shape.filter((dim) => dim === -1).length === 1, `${name} is [${shape.join(', ')}]`);
  return shape;
}

const TYPES: Readonly<Record<Tensor['type'], number>> = {
  float32: ELEMENT.float32,
  float16: ELEMENT.float16,
  int64: ELEMENT.int64,
  int32: ELEMENT.int32,
  bool: ELEMENT.bool,
};

/** A tensor that is the same at every batch size, as a constant. */
function settled(name: string, [small, large]: Seen): TensorSource {
  const isSame =
    small?.data.length === large?.data.length && small?.data.every((value, i) => value === large?.data[i]);
  if (!small || isSame !== true) throw new PatternMiss(`${name} depends on the batch`);
  const { data, dims, type } = small;
  return {
    name,
    type: TYPES[type],
    dims,
    bytes: () => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

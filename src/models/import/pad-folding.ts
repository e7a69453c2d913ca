/**
 * Makes padding with zeros in front of a convolution the convolution's own: the same numbers, but
 * onnxruntime keeps its blocked layout through a convolution and leaves it for a Pad.
 */
import { encodeAttribute, type OnnxNode } from './onnx-schema.ts';
import { attributeOf } from './source-model.ts';

/** Axes before the spatial ones: batch and channels. */
const OUTER_AXES = 2;

/**
 * `nodes` with every Pad folded that only a convolution uses.
 * @param padsOf what a Pad adds, all beginnings before all ends; undefined where it is not zeros or not known
 */
export function foldPadding(
  nodes: readonly OnnxNode[],
  padsOf: (pad: OnnxNode) => readonly number[] | undefined,
): readonly OnnxNode[] {
  const folded = new Map<string, { readonly pad: OnnxNode; readonly pads: readonly number[] }>();
  for (const pad of nodes) {
    const [output = ''] = pad.output;
    const users = nodes.filter(({ input }) => input.includes(output));
    const pads = pad.opType === 'Pad' ? padsOf(pad) : undefined;
    const isOnlyForConvolution =
      users.length === 1 && users[0]?.opType === 'Conv' && users[0].input[0] === output;
    if (pads && isOnlyForConvolution && isSpatial(pads)) folded.set(output, { pad, pads });
  }
  return nodes
    .filter(({ output }) => !folded.has(output[0] ?? ''))
    .map((node) => {
      const padding = node.opType === 'Conv' ? folded.get(node.input[0] ?? '') : undefined;
      return padding ? withPads(node, padding) : node;
    });
}

function isSpatial(pads: readonly number[]): boolean {
  const axes = pads.length / 2;
  return pads.every((pad, i) => pad >= 0 && (i % axes >= OUTER_AXES || pad === 0));
}

function withPads(
  convolution: OnnxNode,
  { pad, pads }: { readonly pad: OnnxNode; readonly pads: readonly number[] },
): OnnxNode {
  const added = pads.filter((_, i) => i % (pads.length / 2) >= OUTER_AXES);
  const own = attributeOf(convolution, 'pads')?.ints ?? [];
  const attribute = convolution.attribute.filter((bytes) => !isNamed(convolution, bytes, 'pads'));
  const ints = added.map((value, i) => value + (own[i] ?? 0));
  return {
    ...convolution,
    input: [pad.input[0] ?? '', ...convolution.input.slice(1)],
    attribute: [...attribute, encodeAttribute({ name: 'pads', type: 7, ints })],
  };
}

function isNamed(node: OnnxNode, bytes: Uint8Array, name: string): boolean {
  return attributeOf({ ...node, attribute: [bytes] }, name) !== undefined;
}

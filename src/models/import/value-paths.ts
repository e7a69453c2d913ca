/** Which tensors carry values of the audio or of the caches, and the nodes between two of them. */
import type { OnnxNode } from './onnx-schema.ts';
import type { SourceModel } from './source-model.ts';

/** Nodes that tell the shape of a value and nothing of it. */
const SHAPES = ['Shape', 'Size'];

/**
 * Names of all tensors whose numbers depend on what is heard, said or remembered.
 * @param counts inputs that only say how much of something there is
 */
export function valueTensors({ inputs, nodes }: SourceModel, counts: readonly string[]): ReadonlySet<string> {
  const values = new Set(inputs.map(({ name }) => name).filter((name) => !counts.includes(name)));
  for (const node of nodes) {
    if (SHAPES.includes(node.opType)) continue;
    if (node.input.some((input) => values.has(input))) for (const output of node.output) values.add(output);
  }
  return values;
}

/**
 * Nodes through which values reach `target`, in their order in the file; the walk ends at `from` and at inputs.
 */
export function nodesBetween(
  model: SourceModel,
  path: { readonly target: string; readonly from?: string; readonly values: ReadonlySet<string> },
): readonly OnnxNode[] {
  const reached = new Set<OnnxNode>();
  const open = [path.target];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const node = tensor === path.from ? undefined : model.producer(tensor);
    if (!node || reached.has(node)) continue;
    reached.add(node);
    open.push(...node.input.filter((input) => path.values.has(input)));
  }
  return model.nodes.filter((node) => reached.has(node));
}

/** Finds the layers of an encoder from its output backwards. */
import { type Layer, matchLayer } from './match-layer.ts';
import { expectPattern, PatternMiss } from './pattern-miss.ts';
import type { SourceModel } from './source-model.ts';

export interface FoundLayers {
  /** First to last. */
  readonly layers: readonly Layer[];
  /** What the last one gives. */
  readonly output: string;
}

/** @throws PatternMiss when there are not exactly as many layers as the caches have */
export function findLayers(
  model: SourceModel,
  path: { readonly encoded: string; readonly values: ReadonlySet<string>; readonly count: number },
): FoundLayers {
  const output = findLast(model, path.encoded, path.values);
  const layers: Layer[] = [];
  for (let at = output; layers.length < path.count; at = layers[0]?.input ?? '') {
    try {
      layers.unshift(matchLayer(model, at));
    } catch (error) {
      if (!(error instanceof PatternMiss)) throw error;
      throw new PatternMiss(`layer ${path.count - layers.length} of ${path.count}: ${error.message}`);
    }
  }
  const before = model.producer(layers[0]?.input ?? '');
  expectPattern(before?.opType !== 'LayerNormalization', 'there are more layers than caches');
  return { layers, output };
}

/** The norm that ends the last layer: the first one met from the output backwards. */
function findLast(model: SourceModel, encoded: string, values: ReadonlySet<string>): string {
  const open = [encoded];
  const seen = new Set<string>();
  for (let tensor = open.shift(); tensor !== undefined; tensor = open.shift()) {
    const node = model.producer(tensor);
    if (!node || seen.has(tensor)) continue;
    seen.add(tensor);
    if (node.opType === 'LayerNormalization') return tensor;
    open.push(...node.input.filter((input) => values.has(input)));
  }
  throw new PatternMiss('there is no layer behind its output');
}

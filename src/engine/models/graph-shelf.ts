/** The graphs of one model: each loaded once, one after the other, released together, also when a later one fails. */
import { type Graph, type GraphOptions, loadGraph } from '../onnx.ts';

export interface GraphShelf {
  /** The graph of the file at `path`, also when it is asked for again. @throws RtError model_invalid */
  load(path: string): Promise<Graph>;
  release(): Promise<void>;
}

export function createGraphShelf(options: GraphOptions): GraphShelf {
  const graphs = new Map<string, Graph>();
  return {
    async load(path) {
      const known = graphs.get(path);
      if (known) return known;
      const graph = await loadGraph(path, options);
      graphs.set(path, graph);
      return graph;
    },
    async release() {
      const all = [...graphs.values()];
      graphs.clear();
      for (const graph of all) await graph.release();
    },
  };
}

/** Loads a model from graphs of `shelf`; releases them when that fails. */
export async function loadFrom<M>(shelf: GraphShelf, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    await shelf.release();
    throw error;
  }
}

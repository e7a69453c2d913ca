/** The graphs of one model: loaded one after the other, released together, also when a later one fails. */
import { type Graph, type GraphOptions, loadGraph } from '../onnx.ts';

export interface GraphShelf {
  /** @throws RtError model_invalid */
  load(path: string): Promise<Graph>;
  release(): Promise<void>;
}

export function createGraphShelf(options: GraphOptions): GraphShelf {
  const graphs: Graph[] = [];
  return {
    async load(path) {
      const graph = await loadGraph(path, options);
      graphs.push(graph);
      return graph;
    },
    async release() {
      for (const graph of graphs.splice(0)) await graph.release();
    },
  };
}

/** Loads a model from graphs of `shelf`; releases them when that fails. */
export async function loadFrom<M>(shelf: GraphShelf, load: (shelf: GraphShelf) => Promise<M>): Promise<M> {
  try {
    return await load(shelf);
  } catch (error) {
    await shelf.release();
    throw error;
  }
}

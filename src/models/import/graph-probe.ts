/**
 * Values of tensors inside a graph, by running it with them as further outputs. What does not depend on the
 * audio can be learned this way without knowing how the exporter computes it: shapes, masks, positions.
 */
import { appendFile, copyFile, link, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Graph, loadGraph, type Tensor, type TensorInfo } from '../../engine/onnx.ts';
import { encodeModel } from './onnx-schema.ts';

/** The inputs that decide what is learned; everything else is zero. */
export interface ProbeRun {
  readonly batch: number;
  /** Filled rows of each stream's caches, one per stream. */
  readonly cacheLengths: readonly number[];
}

export interface GraphProbe {
  run(run: ProbeRun, wanted: readonly string[]): Promise<ReadonlyMap<string, Tensor>>;
  close(): Promise<void>;
}

export interface ProbeRequest {
  readonly path: string;
  /** Names of the inner tensors `run` may ask for. */
  readonly tensors: readonly string[];
  readonly windowFrames: number;
  /** Dimensions of one stream's caches: the graph may leave them open. */
  readonly cacheDims: ReadonlyMap<string, readonly number[]>;
}

/** @throws RtError model_invalid when the graph does not load */
export async function openProbe(request: ProbeRequest): Promise<GraphProbe> {
  const folder = await mkdtemp(join(tmpdir(), 'rt-probe-'));
  try {
    const graph = await loadGraph(await copyWithOutputs(request, folder), {
      provider: 'cpu',
      intraOpThreads: 1,
    });
    return {
      async run(run, wanted) {
        const outputs = await graph.run(feeds(graph, request, run), wanted);
        return new Map(Object.entries(outputs));
      },
      async close() {
        await graph.release();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Protobuf merges messages that follow one another, so further outputs are bytes at the end of the file. */
async function copyWithOutputs({ path, tensors }: ProbeRequest, folder: string): Promise<string> {
  const copy = join(folder, basename(path));
  await copyFile(path, copy);
  await appendFile(copy, encodeModel({ graph: { output: tensors.map((name) => ({ name })) } }));
  // Weights in other files are named relative to the model.
  for (const name of await readdir(dirname(path))) {
    if (name === basename(path)) continue;
    const source = resolve(dirname(path), name);
    await link(source, join(folder, name)).catch(() => symlink(source, join(folder, name)));
  }
  return copy;
}

function feeds(
  graph: Graph,
  request: ProbeRequest,
  { batch, cacheLengths }: ProbeRun,
): Record<string, Tensor> {
  const entries = graph.inputs.map((info) => {
    const dims = dimsOf(info, request, batch);
    const length = dims.reduce((product, dim) => product * dim, 1);
    if (info.type === 'float32')
      return [info.name, { type: 'float32', dims, data: new Float32Array(length) }];
    const values = info.name === 'cache_last_channel_len' ? cacheLengths : undefined;
    const fill = info.name === 'length' ? request.windowFrames : 0;
    const integers = Array.from({ length }, (_, i) => values?.[i] ?? fill);
    const data = info.type === 'int32' ? Int32Array.from(integers) : BigInt64Array.from(integers, BigInt);
    return [info.name, { type: info.type, dims, data }];
  });
  return Object.fromEntries(entries) as Record<string, Tensor>;
}

function dimsOf(
  info: TensorInfo,
  { windowFrames, cacheDims }: ProbeRequest,
  batch: number,
): readonly number[] {
  const own = cacheDims.get(info.name);
  if (own) return [batch, ...own];
  return info.shape.map((dim, axis) => {
    if (axis === 0) return batch;
    return typeof dim === 'number' ? dim : windowFrames;
  });
}

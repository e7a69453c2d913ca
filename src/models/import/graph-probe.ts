/**
 * Values of tensors inside a graph, by running it with them as further outputs. What does not depend on the
 * audio can be learned this way without knowing how the exporter computes it: shapes, masks, positions.
 */
import { appendFile, copyFile, link, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { integerTensor } from '../../engine/asr/integer-tensor.ts';
import type { CacheShape } from '../../engine/asr/streaming/cache-shape.ts';
import type { EncoderCard } from '../../engine/asr/streaming/streaming-card.ts';
import { loadGraph, type Tensor, type TensorInfo } from '../../engine/onnx.ts';
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
  readonly card: EncoderCard;
  /** Names of the inner tensors `run` may ask for. */
  readonly tensors: readonly string[];
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
        const outputs = await graph.run(feeds(request, run), wanted);
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

function feeds({ card }: ProbeRequest, { batch, cacheLengths }: ProbeRun): Record<string, Tensor> {
  const { tensors, shape, channelCache, timeCache } = card;
  const zeros = (dims: readonly number[]): Tensor => ({
    type: 'float32',
    dims,
    data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)),
  });
  const same = (info: TensorInfo, value: number): Tensor =>
    integerTensor(info, new Array<number>(batch).fill(value));
  const cache = ({ dims, batchAxis }: CacheShape): Tensor => zeros(dims.toSpliced(batchAxis, 0, batch));
  const feed: Record<string, Tensor> = {
    [tensors.features.name]: zeros([batch, shape.bands, shape.windowFrames]),
    [tensors.featureLength.name]: same(tensors.featureLength, shape.windowFrames),
    [tensors.channelCache.name]: cache(channelCache),
    [tensors.timeCache.name]: cache(timeCache),
    [tensors.cacheLength.name]: integerTensor(tensors.cacheLength, cacheLengths),
  };
  if (tensors.prompt) feed[tensors.prompt.name] = same(tensors.prompt, 0);
  return feed;
}

/**
 * Rewrites a cache-aware FastConformer whose caches hold the input of each layer into a delta graph
 * (docs/engine.md, Delta caches): what stands before the first layer and behind the last one is kept, the layers
 * are recognised and written anew. A graph that is not of this pattern is told, not guessed at.
 */
import { declareInputs, declareRows, deltaMetadata, readShape } from './delta-graph.ts';
import { type DeltaShape, type LayerRows, writeLayer } from './delta-layer.ts';
import { reshape } from './delta-parts.ts';
import { findLayers, type FoundLayers } from './find-layers.ts';
import { copyPath, findPath, type FrozenPath } from './frozen-path.ts';
import { type GraphProbe, openProbe } from './graph-probe.ts';
import { createGraphWriter, type GraphWriter, type WrittenGraph } from './graph-writer.ts';
import { PatternMiss } from './pattern-miss.ts';
import { learn } from './probed-tensors.ts';
import { readSourceModel, type SourceModel } from './source-model.ts';
import { valueTensors } from './value-paths.ts';

export interface RewriteRequest {
  readonly path: string;
  readonly folder: string;
  readonly graphName: string;
  readonly weightsName: string;
  /** 8-bit weights are to be signed: faster where the processor multiplies signed bytes. */
  readonly signed: boolean;
}

export type RewriteOutcome =
  | { readonly kind: 'written'; readonly layers: number; readonly graph: WrittenGraph }
  | { readonly kind: 'unknown-pattern'; readonly reason: string };

/** @throws RtError model_invalid when the file cannot be read or run at all */
export async function rewriteEncoder(request: RewriteRequest): Promise<RewriteOutcome> {
  const model = readSourceModel(request.path);
  try {
    const plan = makePlan(model);
    const probe = await openProbe(probeRequest(model, plan));
    try {
      const graph = await rewrite(plan, probe, request);
      return { kind: 'written', layers: plan.found.layers.length, graph };
    } finally {
      await probe.close();
    }
  } catch (error) {
    if (error instanceof PatternMiss) return { kind: 'unknown-pattern', reason: error.message };
    throw error;
  }
}

interface Plan {
  readonly model: SourceModel;
  readonly found: FoundLayers;
  readonly shape: DeltaShape;
  readonly encoded: string;
  /** What is kept: from the audio to the first layer, and from the last one to the result. */
  readonly before: FrozenPath;
  readonly behind: FrozenPath;
}

function makePlan(model: SourceModel): Plan {
  const values = valueTensors(model);
  const encoded = model.outputs[0]?.name ?? '';
  const count = Number(model.metadata.get('cache_last_channel_dim1') ?? 0);
  const found = findLayers(model, { encoded, values, count });
  return {
    model,
    found,
    encoded,
    shape: readShape(model, found.layers),
    before: findPath(model, { target: startOf(found), values }),
    behind: findPath(model, { target: encoded, from: found.output, values }),
  };
}

function startOf({ layers }: FoundLayers): string {
  return layers[0]?.input ?? '';
}

function probeRequest(model: SourceModel, plan: Plan): Parameters<typeof openProbe>[0] {
  const inLayers = plan.found.layers.flatMap(({ attention, convolution }) => [
    attention.positions,
    attention.mask,
    convolution.mask,
  ]);
  const asked = [...plan.before.asked, ...plan.behind.asked, ...inLayers].filter(
    (name) => name !== undefined,
  );
  const own = new Set(model.outputs.map(({ name }) => name));
  const { left, width, kernel } = plan.shape;
  const layers = plan.found.layers.length;
  return {
    path: model.path,
    tensors: [...new Set(asked)].filter((name) => !own.has(name)),
    windowFrames: Number(model.metadata.get('window_size')),
    cacheDims: new Map([
      ['cache_last_channel', [layers, left, width]],
      ['cache_last_time', [layers, width, kernel - 1]],
    ]),
  };
}

async function rewrite(plan: Plan, probe: GraphProbe, request: RewriteRequest): Promise<WrittenGraph> {
  const { model, found, shape, encoded } = plan;
  const writer = createGraphWriter();
  declareInputs(model, writer, plan);
  const front = await copyPath(model, plan.before, { probe, writer, renamed: new Map() });
  const start = front.get(startOf(found)) ?? startOf(found);
  const rows = await writeLayers(plan, { probe, writer, start, signed: request.signed });
  const last = reshape(writer, rows.at(-1)?.output ?? '', -1, shape.frames, shape.width);
  const tail = await copyPath(model, plan.behind, {
    probe,
    writer,
    renamed: new Map([[found.output, last]]),
  });
  const [result] = [...(await probe.run({ batch: 1, cacheLengths: [0] }, [encoded])).values()];
  writer.output(encoded, tail.get(encoded) ?? encoded, ['B', ...(result?.dims.slice(1) ?? [])]);
  declareRows(writer, rows, shape);
  return await writer.write({
    ...request,
    opset: model.opset,
    irVersion: model.irVersion,
    metadata: deltaMetadata(model, plan),
  });
}

async function writeLayers(
  { found, shape }: Plan,
  context: {
    readonly probe: GraphProbe;
    readonly writer: GraphWriter;
    readonly start: string;
    readonly signed: boolean;
  },
): Promise<readonly LayerRows[]> {
  const { probe, writer, start, signed } = context;
  const learned = await learn(probe, found.layers, shape);
  const mask =
    learned.mask &&
    writer.add({ operator: 'Gather', inputs: [writer.weight(learned.mask), 'cache_last_channel_len'] });
  const rows: LayerRows[] = [];
  let at = reshape(writer, start, -1, shape.width);
  for (const [layer, parts] of found.layers.entries()) {
    const positions = learned.positions[layer];
    if (!positions) throw new PatternMiss(`layer ${layer} has no distances`);
    const written = writeLayer(parts, at, { writer, signed, shape, layer, positions, mask });
    rows.push(written);
    at = written.output;
  }
  return rows;
}

/**
 * Rewrites a cache-aware FastConformer whose caches hold the input of each layer into a delta graph
 * (docs/engine.md, Delta caches): what stands before the first layer and behind the last one is kept, the layers
 * are recognised and written anew. A graph that is not of this pattern is told, not guessed at.
 */
import type { EncoderCard } from '../../engine/asr/streaming/streaming-card.ts';
import { declareInputs, declareRows, deltaMetadata, FEATURES, readShape } from './delta-graph.ts';
import type { DeltaShape } from './delta-context.ts';
import { type LayerRows, writeLayer } from './delta-layer.ts';
import { reshape } from './delta-parts.ts';
import { findLayers, type FoundLayers } from './find-layers.ts';
import { copyPath, findPath, type FrozenPath } from './frozen-path.ts';
import { type GraphProbe, openProbe } from './graph-probe.ts';
import { createGraphWriter, type GraphWriter } from './graph-writer.ts';
import { expectPattern, PatternMiss } from './pattern-miss.ts';
import { learn } from './probed-tensors.ts';
import { readSourceModel, type SourceModel } from './source-model.ts';
import { valueTensors } from './value-paths.ts';
import { writeGraph, type WrittenGraph } from './write-graph.ts';

export interface RewriteRequest {
  readonly path: string;
  /** What the engine knows of the file. */
  readonly card: EncoderCard;
  readonly folder: string;
  readonly graphName: string;
  readonly weightsName: string;
  /** 8-bit weights are to be signed: faster where the processor multiplies signed bytes. */
  readonly signed: boolean;
  /** In a file of 8-bit products, those that its exporter left in float become of 8 bit too. */
  readonly quantiseRest: boolean;
}

export type RewriteOutcome =
  | {
      readonly kind: 'written';
      readonly layers: number;
      /** Its products are of 8 bit. */
      readonly quantised: boolean;
      readonly graph: WrittenGraph;
    }
  | { readonly kind: 'unknown-pattern'; readonly reason: string };

/** @throws RtError model_invalid when the file cannot be read or run at all */
export async function rewriteEncoder(request: RewriteRequest): Promise<RewriteOutcome> {
  try {
    const plan = makePlan(request);
    const probe = await openProbe({
      path: request.path,
      card: request.card,
      tensors: innerTensors(plan),
    });
    try {
      const graph = await rewrite(plan, probe, request);
      const { layers } = plan.found;
      return { kind: 'written', layers: layers.length, quantised: isQuantised(plan.found), graph };
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
  readonly card: EncoderCard;
  readonly found: FoundLayers;
  readonly shape: DeltaShape;
  /** What is kept: from the audio to the first layer, and from the last one to the result. */
  readonly before: FrozenPath;
  readonly behind: FrozenPath;
}

function makePlan({ path, card }: RewriteRequest): Plan {
  expectPattern(card.maxBatch > 1, 'its batch is baked in');
  const model = readSourceModel(path);
  const { tensors, channelCache } = card;
  const values = valueTensors(model, [tensors.featureLength.name, tensors.cacheLength.name]);
  const encoded = tensors.encoded.name;
  const found = findLayers(model, { encoded, values, count: channelCache.dims[0] });
  return {
    model,
    card,
    found,
    shape: readShape(card, found.layers),
    before: findPath(model, { target: startOf(found), values }),
    behind: findPath(model, { target: encoded, from: found.output, values }),
  };
}

function startOf({ layers }: FoundLayers): string {
  return layers[0]?.input ?? '';
}

function isQuantised({ layers }: FoundLayers): boolean {
  return layers.some(({ attention }) => attention.query.matrix.quantisation !== undefined);
}

/** What must be known of the inside of the export and is not one of its outputs. */
function innerTensors({ model, found, before, behind }: Plan): readonly string[] {
  const own = new Set(model.outputs.map(({ name }) => name));
  const inLayers = found.layers.flatMap(({ attention, convolution }) => [
    attention.positions,
    attention.mask,
    convolution.mask,
  ]);
  const asked = [...before.asked, ...behind.asked, ...inLayers].filter((name) => name !== undefined);
  return [...new Set(asked)].filter((name) => !own.has(name));
}

async function rewrite(plan: Plan, probe: GraphProbe, request: RewriteRequest): Promise<WrittenGraph> {
  const { model, card, found, shape } = plan;
  const encoded = card.tensors.encoded.name;
  const writer = createGraphWriter();
  declareInputs(writer, plan);
  const features = new Map([[card.tensors.features.name, FEATURES]]);
  const front = await copyPath(model, plan.before, { probe, writer, renamed: features });
  const start = front.get(startOf(found)) ?? startOf(found);
  const rows = await writeLayers(plan, { ...request, probe, writer, start });
  const last = reshape(writer, rows.at(-1)?.output ?? '', -1, shape.frames, shape.width);
  const renamed = new Map([[found.output, last]]);
  const tail = await copyPath(model, plan.behind, { probe, writer, renamed });
  const [result] = [...(await probe.run({ batch: 1, cacheLengths: [0] }, [encoded])).values()];
  writer.output(encoded, tail.get(encoded) ?? encoded, ['B', ...(result?.dims.slice(1) ?? [])]);
  declareRows(writer, rows, shape);
  const { opset, irVersion } = model;
  const metadata = deltaMetadata(model.metadata, plan);
  return await writeGraph(writer.content(), { ...request, opset, irVersion, metadata });
}

async function writeLayers(
  { found, shape }: Plan,
  context: Pick<RewriteRequest, 'signed' | 'quantiseRest'> & {
    readonly probe: GraphProbe;
    readonly writer: GraphWriter;
    readonly start: string;
  },
): Promise<readonly LayerRows[]> {
  const { probe, writer, start, signed, quantiseRest } = context;
  const quantised = quantiseRest && isQuantised(found);
  const learned = await learn(probe, found.layers, shape);
  const mask =
    learned.mask &&
    writer.add({ operator: 'Gather', inputs: [writer.weight(learned.mask), 'cache_last_channel_len'] });
  const rows: LayerRows[] = [];
  let at = reshape(writer, start, -1, shape.width);
  for (const [layer, parts] of found.layers.entries()) {
    const positions = learned.positions[layer];
    if (!positions) throw new PatternMiss(`layer ${layer} has no distances`);
    const written = writeLayer(parts, at, { writer, signed, quantised, shape, layer, positions, mask });
    rows.push(written);
    at = written.output;
  }
  return rows;
}

/** What a delta graph shows to the outside: its inputs, its outputs and what it says of itself. */
import type { EncoderCard } from '../../engine/asr/streaming/streaming-card.ts';
import type { DeltaShape } from './delta-context.ts';
import type { LayerRows } from './delta-layer.ts';
import { joinAlong, reshape } from './delta-parts.ts';
import type { GraphWriter } from './graph-writer.ts';
import type { Layer } from './match-layer.ts';
import { expectPattern } from './pattern-miss.ts';
import { ELEMENT } from './tensor-source.ts';

/** What a delta graph calls its features, whatever the export calls them. */
export const FEATURES = 'audio_signal';

interface GraphFacts {
  readonly card: EncoderCard;
  readonly shape: DeltaShape;
  readonly found: { readonly layers: readonly Layer[] };
}

/** @throws PatternMiss when the caches and the weights do not fit each other */
export function readShape(
  { channelCache, timeCache, framesPerStep }: EncoderCard,
  layers: readonly Layer[],
): DeltaShape {
  const [, left, width] = channelCache.dims;
  const kernel = timeCache.dims[2] + 1;
  const [heads = 0, headWidth = 0] = layers[0]?.attention.contentBias.dims ?? [];
  expectPattern(
    heads * headWidth === width,
    `${heads} heads of ${headWidth} do not make a width of ${width}`,
  );
  for (const { convolution } of layers) {
    const [channels, , taps] = convolution.depthwise.weight.dims;
    expectPattern(channels === width && taps === kernel, `a depthwise kernel is ${channels} × ${taps}`);
  }
  return { frames: framesPerStep, left, width, heads, headWidth, kernel };
}

export function declareInputs(writer: GraphWriter, { card, shape, found }: GraphFacts): void {
  const { left, heads, headWidth, width, kernel } = shape;
  writer.input(FEATURES, ELEMENT.float32, ['B', card.shape.bands, card.shape.windowFrames]);
  for (const layer of found.layers.keys()) {
    writer.input(`cache_key_${layer}`, ELEMENT.float32, ['B', heads, left, headWidth]);
    writer.input(`cache_value_${layer}`, ELEMENT.float32, ['B', heads, left, headWidth]);
    writer.input(`cache_time_${layer}`, ELEMENT.float32, ['B', kernel - 1, width]);
  }
  writer.input('cache_last_channel_len', ELEMENT.int64, ['B']);
  const { prompt } = card.tensors;
  if (prompt) writer.input(prompt.name, prompt.type === 'int32' ? ELEMENT.int32 : ELEMENT.int64, ['B']);
}

export function declareRows(writer: GraphWriter, rows: readonly LayerRows[], shape: DeltaShape): void {
  const { frames, heads, headWidth, width } = shape;
  const keysAndValues = joinAlong(
    writer,
    0,
    rows.flatMap(({ key, value }) => [key, value]),
  );
  const dims = [2 * rows.length, 'B', heads, frames, headWidth];
  writer.output('cache_key_value_new', reshape(writer, keysAndValues, ...dims.map(openBatch)), dims);
  const times = joinAlong(
    writer,
    0,
    rows.map(({ time }) => time),
  );
  const timeDims = [rows.length, 'B', frames, width];
  writer.output('cache_time_new', reshape(writer, times, ...timeDims.map(openBatch)), timeDims);
}

function openBatch(dim: number | string): number {
  return typeof dim === 'number' ? dim : -1;
}

/** What the export said of itself and what is needed here, under the names of sherpa-onnx's exports. */
export function deltaMetadata(
  plain: ReadonlyMap<string, string>,
  { card, shape, found }: GraphFacts,
): ReadonlyMap<string, string> {
  const { bands, windowFrames, shiftFrames } = card.shape;
  const layers = found.layers.length;
  const facts = {
    window_size: windowFrames,
    chunk_shift: shiftFrames,
    subsampling_factor: shiftFrames / shape.frames,
    feat_dim: bands,
    cache_last_channel_dim1: layers,
    cache_last_channel_dim2: shape.left,
    cache_last_channel_dim3: shape.width,
    cache_last_time_dim1: layers,
    cache_last_time_dim2: shape.width,
    cache_last_time_dim3: shape.kernel - 1,
    cache_layers: layers,
    cache_heads: shape.heads,
    cache_head_dim: shape.headWidth,
  };
  const told = Object.entries(facts).map(([key, value]) => [key, String(value)] as const);
  return new Map([...plain, ...told, ['cache_layout', 'kv-delta']]);
}

/** What a delta graph shows to the outside: its inputs, its outputs and what it says of itself. */
import type { DeltaShape, LayerRows } from './delta-layer.ts';
import { joinAlong, reshape } from './delta-parts.ts';
import type { GraphWriter } from './graph-writer.ts';
import type { Layer } from './match-layer.ts';
import { expectPattern } from './pattern-miss.ts';
import type { SourceModel } from './source-model.ts';
import { ELEMENT } from './tensor-source.ts';

const SUBSAMPLING = 8;

interface GraphFacts {
  readonly shape: DeltaShape;
  readonly found: { readonly layers: readonly Layer[] };
}

/** @throws PatternMiss when metadata and weights do not fit each other */
export function readShape(model: SourceModel, layers: readonly Layer[]): DeltaShape {
  const number = (key: string, fallback?: number): number => {
    const value = Number(model.metadata.get(key) ?? fallback);
    expectPattern(
      Number.isInteger(value) && value > 0,
      `metadata key ${key} is "${model.metadata.get(key)}"`,
    );
    return value;
  };
  const width = number('cache_last_channel_dim3');
  const kernel = number('cache_last_time_dim3') + 1;
  const frames = number('chunk_shift') / number('subsampling_factor', SUBSAMPLING);
  const [heads = 0, headWidth = 0] = layers[0]?.attention.contentBias.dims ?? [];
  expectPattern(
    heads * headWidth === width,
    `${heads} heads of ${headWidth} do not make a width of ${width}`,
  );
  for (const { convolution } of layers) {
    const [channels, , taps] = convolution.depthwise.weight.dims;
    expectPattern(channels === width && taps === kernel, `a depthwise kernel is ${channels} × ${taps}`);
  }
  return { frames, left: number('cache_last_channel_dim2'), width, heads, headWidth, kernel };
}

export function declareInputs(model: SourceModel, writer: GraphWriter, { shape, found }: GraphFacts): void {
  const { left, heads, headWidth, width, kernel } = shape;
  const signal = model.inputs.find(({ name }) => name === 'audio_signal');
  expectPattern(signal !== undefined, 'there is no input audio_signal');
  const bands = signal.type?.tensorType?.shape?.dim[1]?.dimValue ?? 0;
  const window = Number(model.metadata.get('window_size'));
  writer.input('audio_signal', ELEMENT.float32, ['B', bands, window]);
  for (const layer of found.layers.keys()) {
    writer.input(`cache_key_${layer}`, ELEMENT.float32, ['B', heads, left, headWidth]);
    writer.input(`cache_value_${layer}`, ELEMENT.float32, ['B', heads, left, headWidth]);
    writer.input(`cache_time_${layer}`, ELEMENT.float32, ['B', kernel - 1, width]);
  }
  writer.input('cache_last_channel_len', ELEMENT.int64, ['B']);
  const prompt = model.inputs.find(({ name }) => name === 'prompt_index');
  if (prompt) writer.input(prompt.name, prompt.type?.tensorType?.elemType ?? ELEMENT.int64, ['B']);
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

export function deltaMetadata(model: SourceModel, { shape, found }: GraphFacts): ReadonlyMap<string, string> {
  return new Map([
    ...model.metadata,
    ['cache_layout', 'kv-delta'],
    ['cache_layers', String(found.layers.length)],
    ['cache_heads', String(shape.heads)],
    ['cache_head_dim', String(shape.headWidth)],
  ]);
}

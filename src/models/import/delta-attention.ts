/**
 * Writes attention with relative positions over cached and new frames, from projected caches.
 *
 * What must stay true: the same function as the export. Scores of cached and new frames are joined, not the
 * frames, so that the caches are read in place. Scores from distances are one product per head for all streams,
 * over as many distances as there are; the export computes twice as many and cuts.
 */
import type { LayerContext } from './delta-context.ts';
import {
  cutInto,
  joinAlong,
  reshape,
  sum,
  transpose,
  writeLinear,
  writeMerged,
  writeNorm,
} from './delta-parts.ts';
import { CONTRIB } from './graph-writer.ts';
import type { AttentionPart } from './match-attention.ts';
import { reshaped, type TensorSource } from './tensor-source.ts';

interface Attended {
  readonly output: string;
  /** [streams, heads, frames, head width] */
  readonly key: string;
  readonly value: string;
}

export function writeAttention(part: AttentionPart, input: string, context: LayerContext): Attended {
  const { writer, shape, layer } = context;
  const { frames, left, heads, headWidth, width } = shape;
  const merged = writeMerged(
    [part.query, part.key, part.value],
    writeNorm(part.norm, input, context),
    context,
  );
  const byHead = transpose(writer, reshape(writer, merged, -1, frames, 3 * heads, headWidth), 0, 2, 1, 3);
  const [query = '', key = '', value = ''] = cutInto(writer, byHead, {
    axis: 1,
    sizes: [heads, heads, heads],
  });
  const scores = writeScores(part, { query, key }, context);
  const weights = writer.add({ operator: 'Softmax', inputs: [scores], attributes: { axis: { int: -1 } } });
  const [cached = '', fresh = ''] = cutInto(writer, weights, { axis: 3, sizes: [left, frames] });
  const heard = sum(
    writer,
    writer.add({ operator: 'MatMul', inputs: [cached, `cache_value_${layer}`] }),
    writer.add({ operator: 'MatMul', inputs: [fresh, value] }),
  );
  const joined = reshape(writer, transpose(writer, heard, 0, 2, 1, 3), -1, width);
  return { output: writeLinear(part.output, joined, context), key, value };
}

/** [streams, heads, frames, left + frames] */
function writeScores(
  part: AttentionPart,
  { query, key }: { readonly query: string; readonly key: string },
  context: LayerContext,
): string {
  const { writer, layer, mask } = context;
  const forContent = sum(writer, query, writeBias(part.contentBias, context));
  const product = (keys: string): string =>
    writer.add({
      operator: 'FusedMatMul',
      domain: CONTRIB,
      inputs: [forContent, keys],
      attributes: { transB: { int: 1 }, alpha: { float: part.scale } },
    });
  const content = joinAlong(writer, 3, [product(`cache_key_${layer}`), product(key)]);
  const scores = sum(writer, content, writeDistances(part, query, context));
  return mask === undefined ? scores : sum(writer, scores, mask);
}

/** A bias per head and channel, as it is added to [streams, heads, frames, head width]. */
function writeBias(bias: TensorSource, { writer, shape }: LayerContext): string {
  return writer.weight(reshaped(bias, [shape.heads, 1, shape.headWidth]));
}

/** [streams, heads, frames, left + frames] */
function writeDistances(part: AttentionPart, query: string, context: LayerContext): string {
  const { writer, shape, positions } = context;
  const { frames, heads, headWidth } = shape;
  const biased = transpose(writer, sum(writer, query, writeBias(part.distanceBias, context)), 1, 0, 2, 3);
  const product = writer.add({
    operator: 'FusedMatMul',
    domain: CONTRIB,
    inputs: [reshape(writer, biased, heads, -1, headWidth), writer.weight(positions)],
    attributes: { alpha: { float: part.scale } },
  });
  const shifted =
    frames === 1 ? reshape(writer, product, heads, -1, 1, shape.left + 1) : shift(product, context);
  return transpose(writer, shifted, 1, 0, 2, 3);
}

/**
 * Key k lies k + frames − 1 − t places into the distances of query t. In a flat row of all queries of a stream
 * that is frames − 1 + t · (distances − 1) + k: cut off the ends and read rows that are one shorter.
 */
function shift(product: string, { writer, shape }: LayerContext): string {
  const { frames, left, heads } = shape;
  const distances = left + 2 * frames - 1;
  const slice = (input: string, { axis, from, to }: { axis: number; from: number; to: number }): string =>
    writer.add({ operator: 'Slice', inputs: [input, writer.ints(from), writer.ints(to), writer.ints(axis)] });
  const flat = reshape(writer, product, heads, -1, frames * distances);
  const cut = slice(flat, { axis: 2, from: frames - 1, to: frames * distances - 1 });
  const rows = reshape(writer, cut, heads, -1, frames, distances - 1);
  return slice(rows, { axis: 3, from: 0, to: left + frames });
}

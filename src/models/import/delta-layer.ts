/**
 * Writes a layer of a FastConformer as a delta graph: caches hold projected keys and values, and only the rows
 * of the new frames come out. Between the parts a value is [streams · frames, width].
 */
import { writeAttention } from './delta-attention.ts';
import type { LayerContext } from './delta-context.ts';
import { writeConvolution } from './delta-convolution.ts';
import { sum, writeLinear, writeNorm, writeSilu } from './delta-parts.ts';
import type { FeedForwardPart, Layer } from './match-layer.ts';

/** What a layer gives: its frames, and its new rows. */
export interface LayerRows {
  readonly output: string;
  /** [streams, heads, frames, head width] */
  readonly key: string;
  readonly value: string;
  /** [streams, frames, width] */
  readonly time: string;
}

export function writeLayer(layer: Layer, input: string, context: LayerContext): LayerRows {
  const { writer } = context;
  const first = sum(writer, input, writeFeedForward(layer.first, input, context));
  const attended = writeAttention(layer.attention, first, context);
  const second = sum(writer, first, attended.output);
  const convolved = writeConvolution(layer.convolution, second, context);
  const third = sum(writer, second, convolved.output);
  const fourth = sum(writer, third, writeFeedForward(layer.second, third, context));
  const output = writeNorm(layer.norm, fourth, context);
  return { output, key: attended.key, value: attended.value, time: convolved.time };
}

function writeFeedForward(
  { norm, wide, narrow }: FeedForwardPart,
  input: string,
  context: LayerContext,
): string {
  const hidden = writeSilu(writeLinear(wide, writeNorm(norm, input, context), context), context);
  // Half of a sum of products is that sum of halved products, to the bit.
  return writeLinear(narrow, hidden, { ...context, factor: 0.5 });
}

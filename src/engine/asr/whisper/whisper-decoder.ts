/**
 * The decoder with its caches: a batch of streams that always have the same length, because the graph knows
 * no padding. The first step fills the caches of text and audio; later ones extend the text's. The merged
 * graph's cached branch returns empty caches for the audio, so those of the first step are kept.
 *
 * A run belongs to one batch. It is not told what tokens mean; it refuses nothing but tensors.
 */
import type { Tensor } from '../../onnx.ts';
import type { CacheShape, DecoderGraph, DecoderInput, FloatType } from './decoder-card.ts';
import { asFloatType, ENCODER_FRAMES, singlesOf } from './whisper-encoder.ts';

export interface DecoderOutput {
  /** Logits of a stream at a position of this step; the caller's to change. */
  logits(row: number, position: number): Float32Array;
  /**
   * What the chosen heads looked at from the last position, [heads, frames]; undefined where the graph does
   * not tell or the step had more than one position.
   */
  attention(row: number, frames: number): Float32Array | undefined;
}

export interface DecoderRun {
  /**
   * Feeds the next tokens of every stream, as many of each.
   * @throws RtError asr_failed, resource_exhausted
   */
  step(tokens: readonly (readonly number[])[]): Promise<DecoderOutput>;
  /** Goes on with these streams only, in this order. */
  keep(rows: readonly number[]): void;
}

export interface WhisperDecoder {
  readonly showsAttention: boolean;
  /** Starts a batch on encoder states [rows, 1500, width]. */
  begin(encoded: Tensor): DecoderRun;
}

export interface DecoderParts {
  readonly first: DecoderGraph;
  /** The same as `first` when merged. */
  readonly next: DecoderGraph;
  readonly cache: CacheShape;
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
}

export function createWhisperDecoder(parts: DecoderParts): WhisperDecoder {
  const { first, next, alignmentHeads } = parts;
  const encodedType = first.inputs.find((input) => input.role === 'encoded')?.type;
  const layers = [...new Set(alignmentHeads.map(([layer]) => layer))];
  const attentionNames = layers.flatMap((layer) => next.attentions.get(layer) ?? []);
  const showsAttention = layers.length > 0 && attentionNames.length === layers.length;
  return {
    showsAttention,
    begin: (encoded) =>
      beginRun(parts, {
        // Converted once here, not at every step: the merged graph takes the states each time.
        encoded: encodedType === undefined ? encoded : asFloatType(encoded, encodedType),
        attentionNames: showsAttention ? attentionNames : [],
      }),
  };
}

interface RunStart {
  readonly encoded: Tensor;
  readonly attentionNames: readonly string[];
}

function beginRun(parts: DecoderParts, start: RunStart): DecoderRun {
  const { first, next } = parts;
  let { encoded } = start;
  const past = new Map<string, Tensor>();
  let length = 0;
  return {
    async step(tokens) {
      const isFirst = length === 0;
      const used = isFirst ? first : next;
      const source = { tokens, length, encoded, past, cache: parts.cache };
      const feeds = Object.fromEntries(used.inputs.map((input) => [input.name, feed(input, source)]));
      const presents = used.presents.filter(({ isOfAudio }) => isFirst || !isOfAudio);
      const attentions = isFirst ? [] : start.attentionNames;
      const outputs = await used.graph.run(feeds, [
        'logits',
        ...presents.map(({ name }) => name),
        ...attentions,
      ]);
      for (const { name, cache } of presents) past.set(cache, outputs[name]!);
      length += tokens[0]!.length;
      return readOutput(outputs, parts, attentions.length > 0);
    },
    keep(rows) {
      encoded = takeRows(encoded, rows);
      for (const [cache, tensor] of past) past.set(cache, takeRows(tensor, rows));
    },
  };
}

interface FeedSource {
  readonly tokens: readonly (readonly number[])[];
  /** Tokens fed before. */
  readonly length: number;
  readonly encoded: Tensor;
  readonly past: ReadonlyMap<string, Tensor>;
  readonly cache: CacheShape;
}

function feed(input: DecoderInput, source: FeedSource): Tensor {
  const { tokens, length, cache } = source;
  const [rows, positions] = [tokens.length, tokens[0]!.length];
  switch (input.role) {
    case 'tokens':
      return { type: 'int64', dims: [rows, positions], data: BigInt64Array.from(tokens.flat(), BigInt) };
    case 'cache-position': {
      const data = BigInt64Array.from({ length: positions }, (_, position) => BigInt(length + position));
      return { type: 'int64', dims: [positions], data };
    }
    case 'use-cache':
      return { type: 'bool', dims: [1], data: Uint8Array.of(length > 0 ? 1 : 0) };
    case 'encoded':
      return asFloatType(source.encoded, input.type);
    case 'past': {
      const tensor = source.past.get(input.cache);
      if (tensor) return tensor;
      return emptyTensor(input.type, [rows, cache.heads, 0, cache.headWidth]);
    }
  }
}

function emptyTensor(type: FloatType, dims: readonly number[]): Tensor {
  return { type, dims, data: type === 'float32' ? new Float32Array() : new Uint16Array() };
}

function readOutput(
  outputs: Readonly<Record<string, Tensor>>,
  { alignmentHeads, next }: DecoderParts,
  hasAttention: boolean,
): DecoderOutput {
  const { dims } = outputs['logits']!;
  const [, positions, vocabularySize] = dims as [number, number, number];
  const logits = singlesOf(outputs['logits']!);
  return {
    logits(row, position) {
      const at = (row * positions + position) * vocabularySize;
      return logits.subarray(at, at + vocabularySize);
    },
    attention(row, frames) {
      if (!hasAttention || positions !== 1) return undefined;
      const looked = new Float32Array(alignmentHeads.length * frames);
      for (const [index, [layer, head]] of alignmentHeads.entries()) {
        const tensor = outputs[next.attentions.get(layer)!]!;
        const at = (row * tensor.dims[1]! + head) * ENCODER_FRAMES;
        looked.set(singlesOf(sliceTensor(tensor, at, at + frames)), index * frames);
      }
      return looked;
    },
  };
}

function sliceTensor(tensor: Tensor, from: number, to: number): Tensor {
  return { type: tensor.type, dims: [to - from], data: tensor.data.subarray(from, to) };
}

/** Rows of the first axis, copied. */
export function takeRows(tensor: Tensor, rows: readonly number[]): Tensor {
  const { type, dims, data } = tensor;
  const length = data.length / dims[0]!;
  const kept = [rows.length, ...dims.slice(1)];
  if (!(data instanceof Float32Array || data instanceof Uint16Array))
    throw new TypeError('A float tensor was due');
  const copy =
    data instanceof Float32Array
      ? new Float32Array(rows.length * length)
      : new Uint16Array(rows.length * length);
  for (const [to, row] of rows.entries())
    copy.set(data.subarray(row * length, (row + 1) * length), to * length);
  return { type, dims: kept, data: copy };
}

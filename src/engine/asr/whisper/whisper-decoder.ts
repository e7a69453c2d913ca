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

/** An alignment head by the output that shows it. */
interface VisibleHead {
  readonly output: string;
  readonly head: number;
}

export function createWhisperDecoder(parts: DecoderParts): WhisperDecoder {
  const { first, next, alignmentHeads } = parts;
  const encodedType = first.inputs.find((input) => input.role === 'encoded')?.type;
  const visible = alignmentHeads.flatMap(([layer, head]): VisibleHead[] => {
    const output = next.attentions.get(layer);
    return output === undefined ? [] : [{ output, head }];
  });
  const showsAttention = visible.length > 0 && visible.length === alignmentHeads.length;
  return {
    showsAttention,
    begin: (encoded) =>
      beginRun(parts, {
        // Converted once here, not at every step: the merged graph takes the states each time.
        encoded: encodedType === undefined ? encoded : asFloatType(encoded, encodedType),
        heads: showsAttention ? visible : [],
      }),
  };
}

interface RunStart {
  readonly encoded: Tensor;
  readonly heads: readonly VisibleHead[];
}

function beginRun({ first, next, cache }: DecoderParts, { encoded: states, heads }: RunStart): DecoderRun {
  let encoded = states;
  const past = new Map<string, Tensor>();
  let length = 0;
  return {
    async step(tokens) {
      const isFirst = length === 0;
      const { graph, inputs, presents } = isFirst ? first : next;
      const source = { tokens, length, encoded, past, cache };
      const feeds = Object.fromEntries(inputs.map((input) => [input.name, feed(input, source)]));
      const kept = presents.filter(({ isOfAudio }) => isFirst || !isOfAudio);
      const shown = isFirst ? [] : heads;
      const outputs = await graph.run(feeds, [
        'logits',
        ...kept.map(({ name }) => name),
        ...new Set(shown.map(({ output }) => output)),
      ]);
      for (const present of kept) past.set(present.cache, outputs[present.name]!);
      length += tokens[0]!.length;
      return readOutput(outputs, shown);
    },
    keep(rows) {
      encoded = takeRows(encoded, rows);
      for (const [name, tensor] of past) past.set(name, takeRows(tensor, rows));
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

function readOutput(outputs: Readonly<Record<string, Tensor>>, heads: readonly VisibleHead[]): DecoderOutput {
  const { dims } = outputs['logits']!;
  const [, positions, vocabularySize] = dims as [number, number, number];
  const logits = singlesOf(outputs['logits']!);
  return {
    logits(row, position) {
      const at = (row * positions + position) * vocabularySize;
      return logits.subarray(at, at + vocabularySize);
    },
    attention(row, frames) {
      if (heads.length === 0 || positions !== 1) return undefined;
      const looked = new Float32Array(heads.length * frames);
      for (const [index, { output, head }] of heads.entries()) {
        const tensor = outputs[output]!;
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

/**
 * What the graphs of a decoder want and give, by the names Optimum exports: checked once against the
 * configuration, so that a step never meets a tensor it does not know.
 */
import { RtError } from '../../../base/errors.ts';
import type { Graph, TensorInfo } from '../../onnx.ts';
import { TIMESTAMP_TOKENS, type WhisperCard } from './whisper-card.ts';

/** Element types that caches, encoder states and logits come in. */
export type FloatType = 'float32' | 'float16';

/** An input by what is fed to it. */
export type DecoderInput =
  | { readonly name: string; readonly role: 'tokens' | 'use-cache' | 'cache-position' }
  | { readonly name: string; readonly role: 'encoded'; readonly type: FloatType }
  | { readonly name: string; readonly role: 'past'; readonly cache: string; readonly type: FloatType };

/** An output that becomes the past of the next step. */
export interface PresentOutput {
  readonly name: string;
  /** `0.decoder.key` … */
  readonly cache: string;
  /** Keys and values of the audio: made by the first step and good for all. */
  readonly isOfAudio: boolean;
}

/** One graph of a decoder: the merged one counts as both. */
export interface DecoderGraph {
  readonly graph: Graph;
  readonly inputs: readonly DecoderInput[];
  readonly presents: readonly PresentOutput[];
  /** Attention output per decoder layer; empty when the export has none. */
  readonly attentions: ReadonlyMap<number, string>;
  /** False when the export has its batch axis fixed at 1. */
  readonly takesBatches: boolean;
}

/** Size of one stream's caches: [heads, length, headWidth] per layer, key and value. */
export interface CacheShape {
  readonly heads: number;
  readonly headWidth: number;
}

export function cacheShape({ decoderHeads, width }: WhisperCard): CacheShape {
  return { heads: decoderHeads, headWidth: width / decoderHeads };
}

export type DecoderStep = 'first' | 'next' | 'merged';

/**
 * Matches a graph's tensors by name.
 * @throws RtError model_invalid naming the tensor that is missing, unknown or of another shape
 */
export function readDecoderGraph(graph: Graph, step: DecoderStep, card: WhisperCard): DecoderGraph {
  const inputs = graph.inputs.map((info) => readInput(info, card));
  const presents = graph.outputs.flatMap(readPresent);
  const due = new Set([
    ...(step === 'next' ? ['input_ids'] : ['input_ids', 'encoder_hidden_states']),
    ...(step === 'merged' ? ['use_cache_branch'] : []),
    ...(step === 'first' ? [] : cacheNames(card, ['decoder', 'encoder']).map((cache) => PAST + cache)),
  ]);
  for (const { name } of inputs) due.delete(name);
  for (const name of due) throw unfitTensor(`input ${name} is missing`);
  const made = cacheNames(card, step === 'next' ? ['decoder'] : ['decoder', 'encoder']);
  const absent = made.find((cache) => !presents.some((present) => present.cache === cache));
  if (absent !== undefined) throw unfitTensor(`output ${PRESENT}${absent} is missing`);
  checkLogits(graph.outputs, card);
  return {
    graph,
    inputs,
    presents,
    attentions: readAttentions(graph.outputs),
    takesBatches: graph.inputs.find(({ name }) => name === 'input_ids')?.shape[0] !== 1,
  };
}

const PAST = 'past_key_values.';
const PRESENT = 'present.';

function readInput(info: TensorInfo, card: WhisperCard): DecoderInput {
  const { name } = info;
  if (name === 'input_ids') return { name, role: 'tokens' };
  if (name === 'use_cache_branch') return { name, role: 'use-cache' };
  if (name === 'cache_position') return { name, role: 'cache-position' };
  if (name === 'encoder_hidden_states') {
    expectShape(info, [undefined, undefined, card.width]);
    return { name, role: 'encoded', type: floatType(info) };
  }
  if (!name.startsWith(PAST)) throw unfitTensor(`input ${name} is none a Whisper decoder has`);
  const { heads, headWidth } = cacheShape(card);
  expectShape(info, [undefined, heads, undefined, headWidth]);
  return { name, role: 'past', cache: name.slice(PAST.length), type: floatType(info) };
}

function readPresent({ name }: TensorInfo): readonly PresentOutput[] {
  if (!name.startsWith(PRESENT)) return [];
  const cache = name.slice(PRESENT.length);
  return [{ name, cache, isOfAudio: cache.includes('.encoder.') }];
}

function readAttentions(outputs: readonly TensorInfo[]): ReadonlyMap<number, string> {
  const attentions = new Map<number, string>();
  for (const { name } of outputs) {
    const layer = /^cross_attentions\.(\d+)$/.exec(name)?.[1];
    if (layer !== undefined) attentions.set(Number(layer), name);
  }
  return attentions;
}

function cacheNames(card: WhisperCard, sides: readonly string[]): readonly string[] {
  const layers = Array.from({ length: card.decoderLayers }, (_, layer) => layer);
  return layers.flatMap((layer) =>
    sides.flatMap((side) => ['key', 'value'].map((part) => `${layer}.${side}.${part}`)),
  );
}

function checkLogits(outputs: readonly TensorInfo[], card: WhisperCard): void {
  const logits = outputs.find(({ name }) => name === 'logits');
  if (logits === undefined) throw unfitTensor('output logits is missing');
  floatType(logits);
  const vocabularySize = logits.shape[2];
  const lastToken = card.tokens.firstTimestamp + TIMESTAMP_TOKENS - 1;
  if (typeof vocabularySize === 'number' && vocabularySize <= lastToken) {
    throw unfitTensor(`output logits has ${vocabularySize} tokens, the tokenizer goes up to ${lastToken}`);
  }
}

/** @throws RtError model_invalid when the tensor is no float */
export function floatType({ name, type }: TensorInfo): FloatType {
  if (type === 'float32' || type === 'float16') return type;
  throw unfitTensor(`tensor ${name} is of ${type}, float32 or float16 is due`);
}

/** @throws RtError model_invalid when rank or a fixed dimension differs; undefined fits anything */
export function expectShape({ name, shape }: TensorInfo, due: readonly (number | undefined)[]): void {
  const fits = (at: number): boolean => {
    const [actual, wanted] = [shape[at], due[at]];
    return wanted === undefined || typeof actual !== 'number' || actual === wanted;
  };
  if (shape.length === due.length && shape.every((_, at) => fits(at))) return;
  const wanted = due.map((size) => size ?? '…').join(', ');
  throw unfitTensor(`tensor ${name} is [${shape.join(', ')}], [${wanted}] is due`);
}

export function unfitTensor(what: string): RtError {
  return new RtError('model_invalid', `Not a Whisper export this engine knows: ${what}`, {
    hint: 'docs/engine.md lists the layouts; export with Optimum, or take a folder from onnx-community.',
  });
}

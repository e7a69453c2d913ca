/**
 * Decodes a batch of encoded utterances token by token. All streams have the same prompt length, so they
 * stay in step; a stream that ends leaves the batch. What one stream gets does not depend on the others:
 * choices are made row by row, and a stream's draws come from a generator of its own.
 */
import type { Tensor } from '../../onnx.ts';
import type { TokenAttention } from './alignment.ts';
import { lengthWithoutLoop } from './repetition.ts';
import {
  type Choice,
  chooseLikeliest,
  createRandomSource,
  drawToken,
  probabilityOf,
  type RandomSource,
} from './token-choice.ts';
import { applyTokenRules, type RuleSet } from './token-rules.ts';
import type { TokenRules, WhisperTokens } from './whisper-card.ts';
import type { DecoderOutput, DecoderRun, WhisperDecoder } from './whisper-decoder.ts';

/** What to decode of one encoded utterance. */
export interface DecodeItem {
  /** A language token; undefined to let the model tell, and for English-only models. */
  readonly languageId: number | undefined;
  /** Encoder frames that hold audio. */
  readonly frames: number;
}

export interface DecodeOptions {
  readonly tokens: WhisperTokens;
  readonly rules: TokenRules;
  readonly timestamps: boolean;
  readonly maxNewTokens: number;
  /** 0 takes the likeliest token; above, tokens are drawn. */
  readonly temperature: number;
}

export interface Decoded {
  /** What was chosen, without prompt and end. */
  readonly ids: readonly number[];
  /** Of each token, natural logarithm. */
  readonly logProbabilities: readonly number[];
  /** Mean over the tokens and the end, where it came. */
  readonly meanLogProbability: number;
  /** Per token, where the decoder shows it; without the last one when no step followed it. */
  readonly attention: readonly TokenAttention[];
  readonly languageId: number | undefined;
  /** That nobody speaks, by the step that knows the start token alone. */
  readonly noSpeechProbability: number;
  /** It repeated itself and was stopped; the loop is cut off already. */
  readonly isLoop: boolean;
}

/** One stream of the batch under way. */
interface Stream {
  /** Its place in the items. */
  readonly index: number;
  readonly frames: number;
  readonly random: RandomSource;
  readonly noSpeechProbability: number;
  readonly languageId: number | undefined;
  readonly ids: number[];
  readonly logProbabilities: number[];
  readonly attention: TokenAttention[];
  totalLogProbability: number;
}

/** A draw must not depend on what was decoded before, so every attempt starts from the same seed. */
const SEED = 0x5eed;

/**
 * Decodes every item.
 * @param encoded states [items, 1500, width]
 * @returns per item what was decoded; undefined when the model produced something that is not a number
 * @throws RtError asr_failed, resource_exhausted
 */
export async function decodeBatch(
  decoder: WhisperDecoder,
  batch: { readonly encoded: Tensor; readonly items: readonly DecodeItem[] },
  options: DecodeOptions,
): Promise<readonly (Decoded | undefined)[]> {
  const results: (Decoded | undefined)[] = batch.items.map(() => undefined);
  const run = decoder.begin(batch.encoded);
  const prompted = await feedPrompt(run, batch.items, options);
  let { output, position } = prompted;
  let streams: readonly Stream[] = prompted.streams;
  while (streams.length > 0) {
    const kept = streams.flatMap((stream, row) => {
      const outcome = advance(stream, output.logits(row, position), options);
      if (outcome === 'goes-on') return [row];
      results[stream.index] = outcome === 'broken' ? undefined : conclude(stream, outcome, options);
      return [];
    });
    if (kept.length === 0) break;
    if (kept.length < streams.length) run.keep(kept);
    streams = kept.map((row) => streams[row]!);
    output = await run.step(streams.map(({ ids }) => [ids[ids.length - 1]!]));
    position = 0;
    for (const [row, stream] of streams.entries()) {
      const looked = output.attention(row, stream.frames);
      if (looked) stream.attention.push(looked);
    }
  }
  return results;
}

interface Prompted {
  readonly streams: readonly Stream[];
  /** The step whose last position chooses the first token. */
  readonly output: DecoderOutput;
  readonly position: number;
}

/** With every language known the prompt is one step; else the start token alone comes first and tells. */
async function feedPrompt(
  run: DecoderRun,
  items: readonly DecodeItem[],
  options: DecodeOptions,
): Promise<Prompted> {
  const { startOfTranscript, languages } = options.tokens;
  const hasLanguages = languages.size > 0;
  const detects = hasLanguages && items.some(({ languageId }) => languageId === undefined);
  const rest = (languageId: number | undefined): readonly number[] => promptAfterStart(languageId, options);
  const whole = items.map(({ languageId }) => [startOfTranscript, ...(detects ? [] : rest(languageId))]);
  const start = await run.step(whole);
  const streams = items.map(({ languageId, frames }, index): Stream => {
    const logits = start.logits(index, 0);
    return {
      index,
      frames,
      random: createRandomSource(SEED),
      noSpeechProbability: probabilityOf(options.tokens.noSpeech, logits),
      languageId: hasLanguages ? (languageId ?? likeliestOf([...languages.values()], logits)) : undefined,
      ids: [],
      logProbabilities: [],
      attention: [],
      totalLogProbability: 0,
    };
  });
  if (!detects) return { streams, output: start, position: whole[0]!.length - 1 };
  // One token a step: the cached branch of some exports has no mask for more.
  let output = start;
  for (const place of rest(0).keys()) {
    output = await run.step(streams.map(({ languageId }) => [rest(languageId)[place]!]));
  }
  return { streams, output, position: 0 };
}

function promptAfterStart(languageId: number | undefined, options: DecodeOptions): readonly number[] {
  const { transcribe, noTimestamps } = options.tokens;
  const task = languageId === undefined || transcribe === undefined ? [] : [languageId, transcribe];
  return options.timestamps ? task : [...task, noTimestamps];
}

function likeliestOf(ids: readonly number[], logits: Float32Array): number | undefined {
  const greatest = Math.max(...ids.map((id) => logits[id]!));
  return ids.find((id) => logits[id] === greatest) ?? ids[0];
}

type Outcome = 'goes-on' | 'ended' | 'full' | 'loop' | 'broken';

/** Chooses a stream's next token and says whether another one follows. */
function advance(stream: Stream, logits: Float32Array, options: DecodeOptions): Outcome {
  const rules: RuleSet = options;
  applyTokenRules(logits, stream.ids, rules);
  const choice = choose(logits, stream.random, options.temperature);
  if (choice === undefined) return 'broken';
  stream.totalLogProbability += choice.logProbability;
  if (choice.id === options.tokens.endOfText) return 'ended';
  stream.ids.push(choice.id);
  stream.logProbabilities.push(choice.logProbability);
  if (choice.id < options.tokens.endOfText && lengthWithoutLoop(textOf(stream, options)) !== undefined)
    return 'loop';
  return stream.ids.length >= options.maxNewTokens ? 'full' : 'goes-on';
}

function choose(logits: Float32Array, random: RandomSource, temperature: number): Choice | undefined {
  return temperature > 0 ? drawToken(logits, temperature, random) : chooseLikeliest(logits);
}

function textOf(stream: Stream, { tokens }: DecodeOptions): readonly number[] {
  return stream.ids.filter((id) => id < tokens.endOfText);
}

function conclude(
  stream: Stream,
  outcome: Exclude<Outcome, 'goes-on' | 'broken'>,
  options: DecodeOptions,
): Decoded {
  const { ids, logProbabilities, attention, totalLogProbability } = stream;
  const length = outcome === 'loop' ? keptLength(stream, options) : ids.length;
  const steps = ids.length + (outcome === 'ended' ? 1 : 0);
  return {
    ids: ids.slice(0, length),
    logProbabilities: logProbabilities.slice(0, length),
    meanLogProbability: steps === 0 ? 0 : totalLogProbability / steps,
    attention: attention.slice(0, length),
    languageId: stream.languageId,
    noSpeechProbability: stream.noSpeechProbability,
    isLoop: outcome === 'loop',
  };
}

/** Tokens up to and with the last text token that is no repetition. */
function keptLength(stream: Stream, options: DecodeOptions): number {
  let text = lengthWithoutLoop(textOf(stream, options)) ?? 0;
  const last = stream.ids.findIndex((id) => id < options.tokens.endOfText && --text === 0);
  return last + 1;
}

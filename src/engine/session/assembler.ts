/**
 * Tokens → words with times and confidences. Greedy tokens are never revised, so the text of one
 * utterance only grows. Pure.
 */
import type { EngineText, EngineWord } from '../engine.ts';
import type { Token } from '../asr/hypothesis.ts';
import { joinPieces, WORD_MARK, type Vocabulary } from '../asr/vocabulary.ts';

export interface TokenTimes {
  /** Session sample of encoder frame 0. */
  readonly originSample: number;
  readonly frameSamples: number;
  /** Words are cut to this range: what lies outside belongs to a neighbour or to padding. */
  readonly startSample: number;
  readonly endSample: number;
}

/** Punctuation takes no time: a model places it into the pause behind the word. */
const PUNCTUATION = /^\p{P}+$/u;

interface OpenWord {
  readonly pieces: string[];
  readonly confidences: number[];
  readonly startSample: number;
  endSample: number;
}

/** Words in order; a word begins at a piece with a word mark and ends where its last token ends. */
export function assembleWords(
  tokens: readonly Token[],
  vocabulary: Vocabulary,
  times: TokenTimes,
): readonly EngineWord[] {
  const words: OpenWord[] = [];
  for (const token of tokens) {
    const piece = vocabulary.piece(token.id);
    if (piece === '') continue;
    const startSample = times.originSample + token.frame * times.frameSamples;
    let word = words.at(-1);
    if (word === undefined || piece.startsWith(WORD_MARK)) {
      word = { pieces: [], confidences: [], startSample, endSample: startSample };
      words.push(word);
    }
    word.pieces.push(piece);
    word.confidences.push(token.confidence);
    const lastsFrames = Math.max(1, token.frames ?? 1);
    if (!PUNCTUATION.test(piece)) word.endSample = startSample + lastsFrames * times.frameSamples;
  }
  return words.flatMap((word, index) => closeWord(word, words[index + 1], times));
}

function closeWord(word: OpenWord, next: OpenWord | undefined, times: TokenTimes): EngineWord[] {
  const text = joinPieces(word.pieces);
  if (text === '') return [];
  const startSample = clamp(word.startSample, times.startSample, times.endSample);
  const endSample = clamp(
    Math.min(word.endSample, next?.startSample ?? Number.POSITIVE_INFINITY),
    startSample,
    times.endSample,
  );
  return [{ word: text, startSample, endSample, confidence: mean(word.confidences) }];
}

/** A stretch of speech as the detector saw it. */
export interface SpeechSpan {
  readonly startSample: number;
  readonly lastSpeechEndSample: number;
}

export interface UtteranceTimes {
  /** Session sample of encoder frame 0, moved back by the delay of the model's words. */
  readonly originSample: number;
  /** Where the utterance's audio begins: no word lies before it. */
  readonly earliestSample: number;
  readonly frameSamples: number;
  /** Undefined when the detector is off: then the words alone say where the text lies. */
  readonly speech: SpeechSpan | undefined;
  /** Nothing of the text may lie behind it. */
  readonly limitSample: number;
}

/** The text of an utterance: from the first speech window to the end of speech or of the last word. */
export function assembleUtterance(
  tokens: readonly Token[],
  vocabulary: Vocabulary,
  times: UtteranceTimes,
): EngineText {
  const { originSample, earliestSample, frameSamples, speech, limitSample } = times;
  const words = assembleWords(tokens, vocabulary, {
    originSample,
    frameSamples,
    startSample: speech?.startSample ?? earliestSample,
    endSample: limitSample,
  });
  const startSample = speech?.startSample ?? words[0]?.startSample ?? limitSample;
  const lastWordEnd = words.at(-1)?.endSample ?? startSample;
  return {
    text: words.map((word) => word.word).join(' '),
    startSample,
    endSample: Math.min(limitSample, Math.max(speech?.lastSpeechEndSample ?? 0, lastWordEnd)),
    words,
  };
}

/** Mean confidence over words, weighted by nothing; 0 for none. */
export function meanConfidence(words: readonly EngineWord[]): number {
  return mean(words.map((word) => word.confidence));
}

/** Unicode code points of `text`, the unit of `stable_chars`. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

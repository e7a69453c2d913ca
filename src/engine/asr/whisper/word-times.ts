/**
 * Words with times: from the attention where the decoder shows it, else spread over their segment by length.
 * Frames of 20 ms inside, samples outside. Pure.
 */
import type { UtteranceWord } from '../utterance-recogniser.ts';
import type { ByteLevelVocabulary } from './byte-level-vocabulary.ts';
import { type Segment } from './segments.ts';
import { groupWords, type WordGroup } from './word-groups.ts';

/** Samples of an encoder frame, the unit of timestamps and of attention. */
export const FRAME_SAMPLES = 320;

export interface TimedTokens {
  readonly ids: readonly number[];
  /** Of each token, in [0, 1]. */
  readonly probabilities: readonly number[];
  /** The frame the path through the attention reaches each token at; undefined without attention. */
  readonly reachedFrames: readonly number[] | undefined;
}

export interface WordOptions {
  readonly vocabulary: ByteLevelVocabulary;
  readonly hasSpaces: boolean;
  /** Length of the utterance: no word lies behind it. */
  readonly samples: number;
}

export function timeWords(
  tokens: TimedTokens,
  segments: readonly Segment[],
  options: WordOptions,
): readonly UtteranceWord[] {
  const words = segments.flatMap((segment) => {
    const ids = segment.places.map((place) => tokens.ids[place]!);
    const groups = groupWords(ids, options.vocabulary, options.hasSpaces);
    const reached = tokens.reachedFrames;
    const frames = reached
      ? groups.map((group) => alignedFrames(group, segment, reached))
      : spreadFrames(groups, segment);
    return groups.map((group, index): UtteranceWord => {
      const [startFrame, endFrame] = frames[index]!;
      return {
        word: group.text.trim(),
        startSample: Math.min(options.samples, Math.round(startFrame * FRAME_SAMPLES)),
        endSample: Math.min(options.samples, Math.round(endFrame * FRAME_SAMPLES)),
        confidence: mean(group.members.map((member) => tokens.probabilities[segment.places[member]!]!)),
      };
    });
  });
  return tokens.reachedFrames ? shortenAtSentenceEnds(words) : words;
}

/**
 * A row of attention belongs to the token that was fed and predicts the next one: a token begins where the
 * token before it was reached and ends where it is reached itself.
 */
function alignedFrames(
  group: WordGroup,
  segment: Segment,
  reached: readonly number[],
): readonly [number, number] {
  const first = segment.places[group.members[0]!]!;
  const last = segment.places[group.members[group.members.length - 1]!]!;
  const start = first === 0 ? 0 : reached[first - 1]!;
  return [start, Math.max(start, reached[last]!)];
}

function spreadFrames(
  groups: readonly WordGroup[],
  segment: Segment,
): readonly (readonly [number, number])[] {
  const lengths = groups.map(({ text }) => text.trim().length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const perCharacter = (segment.endFrame - segment.startFrame) / total;
  let at = segment.startFrame;
  return lengths.map((length) => {
    const start = at;
    at += length * perCharacter;
    return [start, at] as const;
  });
}

const SENTENCE_END = /[.。!！?？]["'”)\]}]*$/;
const LONGEST_MEDIAN_SAMPLES = 11_200;

/**
 * Attention lingers in pauses, so a word beside one seems long: at the end of a sentence it is cut to twice
 * the median of all words (0.7 s at most) from its start, at the beginning of one to that from its end.
 */
function shortenAtSentenceEnds(words: readonly UtteranceWord[]): readonly UtteranceWord[] {
  const lengths = words.map((word) => word.endSample - word.startSample).filter((length) => length > 0);
  const longest = 2 * Math.min(median(lengths), LONGEST_MEDIAN_SAMPLES);
  return words.map((word, index) => {
    if (word.endSample - word.startSample <= longest) return word;
    if (SENTENCE_END.test(word.word)) return { ...word, endSample: word.startSample + longest };
    const before = words[index - 1];
    const opensSentence = before === undefined || SENTENCE_END.test(before.word);
    return opensSentence ? { ...word, startSample: word.endSample - longest } : word;
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.length === 0 ? 0 : mean(middle);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Text tokens → words. Where words have spaces a word begins with one; else each character that can be told
 * from the bytes so far is a word, with the punctuation behind it. Source: `split_to_word_tokens` and
 * `merge_punctuations` of OpenAI's tokenizer.py and timing.py, but for one thing: what no space precedes
 * belongs to the word before it, so that `30%` stays as it is written.
 */
import { type ByteLevelVocabulary, decodeBytes } from './byte-level-vocabulary.ts';

/** A word as decoded, its leading space included, and which of the tokens made it. */
export interface WordGroup {
  readonly text: string;
  /** Indices into the tokens given. */
  readonly members: readonly number[];
}

const REPLACEMENT = '\ufffd';
const OPENING = '"\'“¡¿([{-';
const CLOSING = '"\'.。,，!！?？:：”)]}、';

export function groupWords(
  ids: readonly number[],
  vocabulary: ByteLevelVocabulary,
  hasSpaces: boolean,
): readonly WordGroup[] {
  const characters = splitOnCharacters(ids, vocabulary);
  const words = hasSpaces ? joinUntilSpace(characters) : characters;
  return mergeClosing(mergeOpening(words)).filter(({ text }) => text.trim() !== '');
}

/** Cuts wherever the bytes so far are whole characters; bytes that are none in the whole text count as one. */
function splitOnCharacters(ids: readonly number[], vocabulary: ByteLevelVocabulary): readonly WordGroup[] {
  const bytes = ids.map((id) => vocabulary.bytesOf(id) ?? new Uint8Array());
  const whole = decodeBytes(bytes);
  const groups: WordGroup[] = [];
  let members: number[] = [];
  let offset = 0;
  for (const index of ids.keys()) {
    members.push(index);
    const text = decodeBytes(members.map((member) => bytes[member]!));
    const broken = text.indexOf(REPLACEMENT);
    if (broken >= 0 && whole[offset + broken] !== REPLACEMENT) continue;
    groups.push({ text, members });
    members = [];
    offset += text.length;
  }
  return groups;
}

function joinUntilSpace(groups: readonly WordGroup[]): readonly WordGroup[] {
  const words: WordGroup[] = [];
  for (const group of groups) {
    const last = words.at(-1);
    if (last === undefined || group.text.startsWith(' ')) words.push(group);
    else words[words.length - 1] = joined(last, group);
  }
  return words;
}

/** A bracket or quote alone belongs to the word behind it. */
function mergeOpening(words: readonly WordGroup[]): readonly WordGroup[] {
  const merged: WordGroup[] = [];
  for (const word of words.toReversed()) {
    const next = merged.at(-1);
    const isOpening = word.text.startsWith(' ') && isOneOf(OPENING, word.text.trim());
    if (next !== undefined && isOpening) merged[merged.length - 1] = joined(word, next);
    else merged.push(word);
  }
  return merged.toReversed();
}

function mergeClosing(words: readonly WordGroup[]): readonly WordGroup[] {
  const merged: WordGroup[] = [];
  for (const word of words) {
    const last = merged.at(-1);
    const isClosing = last !== undefined && !last.text.endsWith(' ') && isOneOf(CLOSING, word.text);
    if (isClosing) merged[merged.length - 1] = joined(last, word);
    else merged.push(word);
  }
  return merged;
}

function isOneOf(signs: string, text: string): boolean {
  return text !== '' && signs.includes(text);
}

function joined(a: WordGroup, b: WordGroup): WordGroup {
  return { text: a.text + b.text, members: [...a.members, ...b.members] };
}

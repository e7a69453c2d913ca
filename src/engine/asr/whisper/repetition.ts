/**
 * Signs that a transcript is not what was said: a decoder that has lost the audio repeats itself until the
 * token limit, which in a live session is seconds of waiting. Pure.
 */
import { deflateSync } from 'node:zlib';

/** Tokens of one repeated phrase at most. */
const LONGEST_PHRASE = 24;
/** A phrase is a loop once its copies fill this many tokens … */
const LOOP_TOKENS = 12;
/** … and there are this many of them. People do say a thing twice. */
const LOOP_COPIES = 3;

/**
 * Length of the text without the loop at its end: one copy of the repeated phrase is left. Undefined when
 * there is no loop.
 */
export function lengthWithoutLoop(text: readonly number[]): number | undefined {
  for (let phrase = 1; phrase <= LONGEST_PHRASE; phrase++) {
    const copies = Math.max(LOOP_COPIES, Math.ceil(LOOP_TOKENS / phrase));
    if (isPeriodic(text, phrase, copies)) return text.length - phrase * (copies - 1);
  }
  return undefined;
}

/** True when the last `copies` × `phrase` tokens are the same phrase over and over. */
function isPeriodic(text: readonly number[], phrase: number, copies: number): boolean {
  const start = text.length - phrase * copies;
  if (start < 0) return false;
  for (let at = start + phrase; at < text.length; at++) if (text[at] !== text[at - phrase]) return false;
  return true;
}

/** Bytes of a text over its bytes when deflated: above 2.4 it says little that is new. Source: OpenAI. */
export function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length / deflateSync(bytes).length;
}

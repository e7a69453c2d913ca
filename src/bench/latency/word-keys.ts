/** By what two written words are the same: case, punctuation and the spelling of a digit do not count. Pure. */
import { rtBasic } from '../normalise.ts';

/** One key for each of the words that spaces separate; what has neither letters nor digits is no word. */
export function wordKeys(text: string): readonly string[] {
  return text.split(/\s+/).flatMap((word) => wordKey(word) ?? []);
}

export function wordKey(word: string): string | undefined {
  const key = rtBasic.words(word).join('');
  return key === '' ? undefined : key;
}

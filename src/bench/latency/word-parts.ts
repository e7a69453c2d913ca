/** One word's time from its end to its first sight, in parts without a gap, and where it goes for usual and for slow words. */

/** Milliseconds; they add up to the whole. */
export interface WordParts {
  /** End of the word → its message is due. */
  readonly bufferMs: number;
  /** … → the message with the last audio its result needed is due; below 0 for a word known before its end. */
  readonly audioMs: number;
  /** … → receipt of the result. */
  readonly answerMs: number;
}

/** Usual words are the fifth around the median; slow ones the slowest tenth, of which p95 is the middle. */
const BANDS = { p50: [0.4, 0.6], p95: [0.9, 1] } as const;

/** Means over the words whose whole lies about a quantile: unlike quantiles they add up. Undefined of no word. Pure. */
export function partsAt(quantile: keyof typeof BANDS, words: readonly WordParts[]): WordParts | undefined {
  const [from, to] = BANDS[quantile];
  const sorted = words.toSorted((a, b) => wholeMs(a) - wholeMs(b));
  const first = Math.min(Math.floor(from * sorted.length), sorted.length - 1);
  const band = sorted.slice(Math.max(0, first), Math.max(first + 1, Math.ceil(to * sorted.length)));
  if (band.length === 0) return undefined;
  const mean = (part: keyof WordParts): number =>
    band.reduce((sum, parts) => sum + parts[part], 0) / band.length;
  return { bufferMs: mean('bufferMs'), audioMs: mean('audioMs'), answerMs: mean('answerMs') };
}

function wholeMs({ bufferMs, audioMs, answerMs }: WordParts): number {
  return bufferMs + audioMs + answerMs;
}

/** How much of each stretch of audio was speech. */
import type { Speech } from '../live-text/session-text.ts';

export interface Stretches {
  /** Where the last one ends, in seconds of audio. */
  readonly endS: number;
  readonly lengthS: number;
  readonly count: number;
}

/** Shares from 0 to 1, oldest first; speech that goes on reaches to the end, and nothing was before 0. */
export function speechShares(speeches: readonly Speech[], stretches: Stretches): readonly number[] {
  const { endS, lengthS, count } = stretches;
  const firstS = endS - count * lengthS;
  return Array.from({ length: count }, (_, index) => {
    const fromS = firstS + index * lengthS;
    const toS = fromS + lengthS;
    const spokenS = speeches.reduce(
      (sum, speech) => sum + Math.max(0, Math.min(toS, speech.endS ?? endS) - Math.max(fromS, speech.startS)),
      0,
    );
    return Math.min(1, spokenS / lengthS);
  }).filter((_, index) => firstS + (index + 1) * lengthS > 0);
}

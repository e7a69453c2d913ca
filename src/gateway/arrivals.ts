/** When which audio arrived, to time results by the audio they needed. Holds the last minute. */

const KEPT = 1024;

export interface Arrivals {
  /** The audio before `endSample` had arrived at `atMs`. */
  add(endSample: number, atMs: number): void;
  /** When the sample before `endSample` arrived; undefined when that is forgotten or still to come. */
  arrivalOf(endSample: number): number | undefined;
}

export function createArrivals(): Arrivals {
  const ends: number[] = [];
  const times: number[] = [];
  return {
    add(endSample, atMs) {
      ends.push(endSample);
      times.push(atMs);
      if (ends.length < 2 * KEPT) return;
      ends.splice(0, KEPT);
      times.splice(0, KEPT);
    },
    arrivalOf(endSample) {
      const index = firstAtLeast(ends, endSample);
      return index === 0 && ends.length >= KEPT ? undefined : times[index];
    },
  };
}

/** Index of the first value ≥ `least` in an ascending list, or its length. */
function firstAtLeast(values: readonly number[], least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

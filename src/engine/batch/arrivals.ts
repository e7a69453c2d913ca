/** When the audio of a session arrived, so that its lag is counted from then and not from when it was looked at. */

export interface Arrivals {
  /** Audio up to `endSample` has arrived at `atMs`; both never go back. */
  note(endSample: number, atMs: number): void;
  /** When the audio before `sample` was complete; forgets what came earlier. Undefined before the first audio. */
  of(sample: number): number | undefined;
}

/** Pushes kept; a session so far behind has lost its promise long before. */
const MOST_ARRIVALS = 4096;

export function createArrivals(): Arrivals {
  const endSamples: number[] = [];
  const times: number[] = [];
  return {
    note(endSample, atMs) {
      if (endSamples.length >= MOST_ARRIVALS) {
        endSamples.shift();
        times.shift();
      }
      endSamples.push(endSample);
      times.push(atMs);
    },
    of(sample) {
      let index = 0;
      while (index + 1 < endSamples.length && (endSamples[index] as number) < sample) index++;
      if (index > 0) {
        endSamples.splice(0, index);
        times.splice(0, index);
      }
      return times[0];
    },
  };
}

/** Audio inside the product: 16 kHz mono, positions in samples since the session began. */
export const SAMPLE_RATE = 16_000;

/** Windows of the voice activity detector and the grid restart points lie on, in samples. */
export const GRID_SAMPLES = 512;

/**
 * Older audio an engine wants before a restart point: the detector's context, half a mel window and
 * the sample before it for the pre-emphasis, rounded up to the grid.
 */
export const HISTORY_SAMPLES: number = 1 * GRID_SAMPLES;

/** The grid position at or before `sample`. */
export function gridFloor(sample: number): number {
  return sample - (sample % GRID_SAMPLES);
}

/** Half-open range of samples [startSample, endSample). */
export interface SampleRange {
  readonly startSample: number;
  readonly endSample: number;
}

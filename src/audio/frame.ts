/** Audio inside the product: 16 kHz mono, positions in samples since the session began. */
export const SAMPLE_RATE = 16_000;

/** Windows of the voice activity detector and the grid restart points lie on, in samples. */
export const GRID_SAMPLES = 512;

/** Half-open range of samples [startSample, endSample). */
export interface SampleRange {
  readonly startSample: number;
  readonly endSample: number;
}

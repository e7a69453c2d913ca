/** A word of beacon audio, as it was made or as it was heard. */
import type { SampleRange } from '../frame.ts';

export interface BeaconWord extends SampleRange {
  readonly id: number;
}

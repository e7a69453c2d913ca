/** Transposes windows (frame by frame) into the [batch, bands, frames] that exported encoders take. */
import type { WindowShape } from '../recogniser.ts';

export interface WindowLayout {
  /** One tensor of all `windows`. Valid until the next call. */
  arrange(windows: readonly Float32Array[]): Float32Array;
}

export function createWindowLayout({ bands, windowFrames }: WindowShape): WindowLayout {
  const windowLength = bands * windowFrames;
  let work = new Float32Array(0);
  return {
    arrange(windows) {
      const length = windows.length * windowLength;
      if (work.length < length) work = new Float32Array(length);
      for (const [row, features] of windows.entries()) {
        const base = row * windowLength;
        for (let f = 0; f < windowFrames; f++) {
          for (let b = 0; b < bands; b++)
            work[base + b * windowFrames + f] = features[f * bands + b] as number;
        }
      }
      return work.subarray(0, length);
    },
  };
}

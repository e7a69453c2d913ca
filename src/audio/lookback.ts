/**
 * The last seconds of a session's audio, addressed by absolute sample position.
 *
 * Holds [firstSample, endSample): appending past the capacity forgets the oldest samples, trimming
 * forgets sooner. Refuses reads of anything it does not hold, so a caller can never mistake silence
 * for audio that is gone. Memory grows by doubling up to the capacity, never per append.
 */
import { RtError } from '../base/errors.ts';
import type { SampleRange } from './frame.ts';

export interface AudioRing {
  /** Position of the oldest sample held. */
  readonly firstSample: number;
  /** Position after the newest sample held; the next append begins here. */
  readonly endSample: number;
  /** Adds samples at `endSample`; 16-bit ones are scaled to [-1, 1). */
  append(samples: Int16Array | Float32Array): void;
  /** A copy of [startSample, endSample); throws `internal_error` outside of what is held. */
  read(startSample: number, endSample: number): Float32Array;
  /** Forgets what lies before `sample`; positions already forgotten are ignored. */
  trimTo(sample: number): void;
}

const INITIAL_SAMPLES = 8192;

/** Opens an empty ring whose first sample will stand at `startSample` (0). */
export function createAudioRing(options: {
  readonly capacitySamples: number;
  readonly startSample?: number;
}): AudioRing {
  const { capacitySamples } = options;
  let buffer = new Float32Array(Math.min(INITIAL_SAMPLES, capacitySamples));
  let first = options.startSample ?? 0;
  let end = first;

  const grow = (neededSamples: number): void => {
    let length = buffer.length;
    while (length < neededSamples) length *= 2;
    const held = copyOut(buffer, { startSample: first, endSample: end });
    buffer = new Float32Array(Math.min(length, capacitySamples));
    // Positions map to slots by remainder, which the new length changes.
    copyIn(buffer, held, first);
  };

  return {
    get firstSample() {
      return first;
    },
    get endSample() {
      return end;
    },
    append(samples) {
      const kept = samples.length > capacitySamples ? samples.subarray(-capacitySamples) : samples;
      const newEnd = end + samples.length;
      const newFirst = Math.max(first, newEnd - capacitySamples);
      if (newEnd - newFirst > buffer.length) grow(newEnd - newFirst);
      copyIn(buffer, kept, newEnd - kept.length);
      first = newFirst;
      end = newEnd;
    },
    read(startSample, endSample) {
      if (startSample < first || endSample > end || endSample < startSample) {
        throw new RtError(
          'internal_error',
          `audio [${startSample}, ${endSample}) was asked for, [${first}, ${end}) is held`,
        );
      }
      return copyOut(buffer, { startSample, endSample });
    },
    trimTo(sample) {
      first = Math.min(end, Math.max(first, sample));
    },
  };
}

/** Position `p` lies in slot `p % slots.length`. */
function copyIn(slots: Float32Array, samples: Int16Array | Float32Array, startSample: number): void {
  const scale = samples instanceof Int16Array ? 1 / 32_768 : 1;
  let slot = startSample % slots.length;
  for (let i = 0; i < samples.length; i++) {
    slots[slot] = samples[i]! * scale;
    if (++slot === slots.length) slot = 0;
  }
}

function copyOut(slots: Float32Array, { startSample, endSample }: SampleRange): Float32Array {
  const samples = new Float32Array(endSample - startSample);
  const slot = startSample % slots.length;
  const headSamples = Math.min(samples.length, slots.length - slot);
  samples.set(slots.subarray(slot, slot + headSamples));
  samples.set(slots.subarray(0, samples.length - headSamples), headSamples);
  return samples;
}

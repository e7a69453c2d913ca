/**
 * From where a client must be able to send its audio again. Another gateway resamples from there on, so the frame
 * must fall on a sample at 16 kHz, and before the restart point there must be the context engines want and, where
 * the rate is another one, what the resampler forgets. Pure.
 */
import { GRID_SAMPLES, HISTORY_SAMPLES, SAMPLE_RATE } from '../../audio/frame.ts';

/** Samples at 16 kHz after which a resampler that was started afresh gives what one that ran on gives. */
const RESAMPLER_SAMPLES = 512;

/** The frame at `clientRate` from which audio is needed when decoding starts at `finalisedSample`. */
export function resumeFrame(finalisedSample: number, clientRate: number): number {
  const { frames, samples } = commonStep(clientRate);
  return Math.floor(Math.max(0, finalisedSample - leadSamples(clientRate)) / samples) * frames;
}

/** The first frame at or after `frame` that falls on a sample at 16 kHz. */
export function nextSharedFrame(frame: number, clientRate: number): number {
  const { frames } = commonStep(clientRate);
  return Math.ceil(frame / frames) * frames;
}

/** The sample at 16 kHz of a shared frame. */
export function sampleOfFrame(frame: number, clientRate: number): number {
  return Math.round((frame * SAMPLE_RATE) / clientRate);
}

/** Where decoding can start at the earliest when audio begins at `startSample`. */
export function firstRestartPoint(startSample: number, clientRate: number): number {
  if (startSample === 0) return 0;
  return Math.ceil((startSample + leadSamples(clientRate)) / GRID_SAMPLES) * GRID_SAMPLES;
}

/** Audio needed before a restart point. */
function leadSamples(clientRate: number): number {
  return clientRate === SAMPLE_RATE ? HISTORY_SAMPLES : HISTORY_SAMPLES + RESAMPLER_SAMPLES;
}

/** The smallest stretch that is whole frames and whole samples. */
function commonStep(clientRate: number): { readonly frames: number; readonly samples: number } {
  const divisor = greatestCommonDivisor(clientRate, SAMPLE_RATE);
  return { frames: clientRate / divisor, samples: SAMPLE_RATE / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

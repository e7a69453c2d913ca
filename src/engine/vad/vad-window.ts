/** The detector's windows: exactly 512 samples, each with the 64 samples before it as context. */
import type { AudioRing } from '../../audio/lookback.ts';

export const VAD_WINDOW_SAMPLES = 512;
/** Without this context the model gives low but plausible probabilities. */
export const VAD_CONTEXT_SAMPLES = 64;
export const VAD_INPUT_SAMPLES: number = VAD_CONTEXT_SAMPLES + VAD_WINDOW_SAMPLES;

/** Fills `input` for the window that starts at `startSample`; context the ring does not hold is zero. */
export function readVadWindow(ring: AudioRing, startSample: number, input: Float32Array): void {
  const from = Math.max(ring.firstSample, startSample - VAD_CONTEXT_SAMPLES);
  const audio = ring.read(from, startSample + VAD_WINDOW_SAMPLES);
  input.fill(0);
  input.set(audio, VAD_INPUT_SAMPLES - audio.length);
}

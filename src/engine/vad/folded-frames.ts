/**
 * The frames of the detector's short-time Fourier transform, folded at their middle. The transform's window is
 * symmetric, so cosines need only x[n] + x[256 − n] and sines only x[n] − x[256 − n]: half of the products
 * (`scripts/models/fold-detector.py` has the other half of this).
 */
import { VAD_INPUT_SAMPLES } from './vad-window.ts';

const FRAME_SAMPLES = 256;
export const FOLDED_LENGTH: number = FRAME_SAMPLES / 2;
const HOP_SAMPLES = FRAME_SAMPLES / 2;
export const FRAMES_PER_WINDOW = 4;
const PADDED_SAMPLES = (FRAMES_PER_WINDOW - 1) * HOP_SAMPLES + FRAME_SAMPLES;

const padded = new Float32Array(PADDED_SAMPLES);

/**
 * Folds one window into row `row` of `frames`, [2, rows × 4, 128]: sums, with the frame's middle first, and
 * differences. The window is continued by its own reflection, as the model was trained.
 */
export function foldWindow(input: Float32Array, frames: Float32Array, row: number): void {
  padded.set(input);
  for (let i = VAD_INPUT_SAMPLES; i < PADDED_SAMPLES; i++) {
    padded[i] = input[2 * (VAD_INPUT_SAMPLES - 1) - i] as number;
  }
  const half = frames.length / 2;
  for (let frame = 0; frame < FRAMES_PER_WINDOW; frame++) {
    const start = frame * HOP_SAMPLES;
    const sums = (row * FRAMES_PER_WINDOW + frame) * FOLDED_LENGTH;
    const differences = half + sums;
    frames[sums] = padded[start + FOLDED_LENGTH] as number;
    // The difference of the middle with itself; its column of the matrix is zero.
    frames[differences] = 0;
    for (let n = 1; n < FOLDED_LENGTH; n++) {
      const left = padded[start + n] as number;
      const right = padded[start + FRAME_SAMPLES - n] as number;
      frames[sums + n] = left + right;
      frames[differences + n] = left - right;
    }
  }
}

/** A recording as the windows of features that a streaming encoder takes, all at once. */
import {
  createNemoMel,
  HOP_SAMPLES,
  MEL_LEFT_SAMPLES,
  MEL_SPAN_SAMPLES,
} from '../../engine/asr/mel/nemo-mel.ts';
import type { WindowShape } from '../../engine/asr/recogniser.ts';

const FULL_SCALE = 32_768;

/**
 * Windows of `windowFrames` × `bands`, frame by frame, over 16 kHz mono `audio` with silence behind it: as many
 * as it takes for its last sample to have its right context. The first repeats nothing and begins with zeros.
 */
export function audioWindows(audio: Int16Array, shape: WindowShape): readonly Float32Array[] {
  const { bands, windowFrames, shiftFrames, cacheFrames } = shape;
  const windows = Math.ceil(Math.floor(audio.length / HOP_SAMPLES) / shiftFrames) + 1;
  const frames = windows * shiftFrames;
  const samples = new Float32Array(
    MEL_LEFT_SAMPLES + Math.max(frames * HOP_SAMPLES, audio.length) + MEL_SPAN_SAMPLES,
  );
  for (const [i, sample] of audio.entries()) samples[MEL_LEFT_SAMPLES + i] = sample / FULL_SCALE;
  const mel = createNemoMel(bands);
  const features = new Float32Array((cacheFrames + frames) * bands);
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * HOP_SAMPLES;
    mel.frame(samples.subarray(start, start + MEL_SPAN_SAMPLES), features, (cacheFrames + frame) * bands);
  }
  return Array.from({ length: windows }, (_, window) => {
    const start = window * shiftFrames * bands;
    return features.subarray(start, start + windowFrames * bands);
  });
}

/**
 * Log-mel features of a whole utterance, normalised band by band as NeMo does for models that hear whole
 * utterances (`normalize: per_feature`).
 */
import { HOP_SAMPLES, MEL_LEFT_SAMPLES, MEL_SPAN_SAMPLES, type NemoMel } from './nemo-mel.ts';

/** NeMo's pre-emphasis; see `continueSilently`. */
const PRE_EMPHASIS = 0.97;
const STD_GUARD = 1e-5;

/** Frames NeMo counts as valid in `samples` samples. */
export function featureFrames(samples: number): number {
  return Math.floor(samples / HOP_SAMPLES);
}

/** The features of `samples`, frame by frame, not normalised. */
export function computeFeatures(samples: Float32Array, mel: NemoMel): Float32Array {
  const frames = featureFrames(samples.length);
  const features = new Float32Array(frames * mel.bands);
  const padded = continueSilently(samples);
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * HOP_SAMPLES;
    mel.frame(padded.subarray(start, start + MEL_SPAN_SAMPLES), features, frame * mel.bands);
  }
  return features;
}

/**
 * `samples` with what the first and the last frame need beyond them. NeMo emphasises first and pads with
 * zeros afterwards: behind the end that is a signal whose emphasised form is zero.
 */
function continueSilently(samples: Float32Array): Float32Array {
  const padded = new Float32Array(MEL_LEFT_SAMPLES + samples.length + MEL_SPAN_SAMPLES);
  padded.set(samples, MEL_LEFT_SAMPLES);
  for (let i = MEL_LEFT_SAMPLES + samples.length; i < padded.length; i++) {
    padded[i] = PRE_EMPHASIS * (padded[i - 1] as number);
  }
  return padded;
}

/** Gives every band mean 0 and standard deviation 1 over the frames, in place. */
export function normalisePerFeature(features: Float32Array, bands: number): void {
  const frames = features.length / bands;
  for (let band = 0; band < bands; band++) {
    let sum = 0;
    for (let i = band; i < features.length; i += bands) sum += features[i] as number;
    const mean = sum / frames;
    let squares = 0;
    for (let i = band; i < features.length; i += bands) squares += ((features[i] as number) - mean) ** 2;
    // Without bias; of a single frame NeMo takes the deviation as zero.
    const deviation = frames > 1 ? Math.sqrt(squares / (frames - 1)) : 0;
    for (let i = band; i < features.length; i += bands) {
      features[i] = ((features[i] as number) - mean) / (deviation + STD_GUARD);
    }
  }
}

/**
 * The recogniser's side of one utterance: which audio its next window needs, the features of that
 * window, and how many windows of zero padding let the last words out.
 *
 * Source of the feeding scheme: NeMo `CacheAwareStreamingAudioBuffer` with `pad_and_drop_preencoded`:
 * the first window has zero features where later ones repeat the end of the window before.
 */
import type { AudioRing } from '../../audio/lookback.ts';
import {
  HOP_SAMPLES,
  MEL_LEFT_SAMPLES,
  MEL_RIGHT_SAMPLES,
  MEL_SPAN_SAMPLES,
  type NemoMel,
} from '../asr/mel/nemo-mel.ts';
import type { Recogniser, RecogniserState } from '../asr/recogniser.ts';

export interface Utterance {
  /** Session sample of its first mel frame. */
  readonly originSample: number;
  readonly state: RecogniserState;
  /** The next window, frame by frame; valid after `prepare`. */
  readonly features: Float32Array;
  /** The audio before this sample must have arrived for the next window. */
  needSample(): number;
  /** The oldest sample the next window reads. */
  oldestSample(): number;
  /** Computes the next window; audio at or after `limitSample`, or no longer held, counts as zero. */
  prepare(ring: AudioRing, limitSample: number): void;
  /** Windows still to run so that everything before `endSample` has its right context. */
  windowsUntil(endSample: number): number;
}

export interface UtteranceParts {
  readonly recogniser: Recogniser;
  readonly mel: NemoMel;
  readonly originSample: number;
  readonly language: string;
}

export function openUtterance({ recogniser, mel, originSample, language }: UtteranceParts): Utterance {
  const { bands, windowFrames, shiftFrames, cacheFrames } = recogniser.shape;
  const features = new Float32Array(windowFrames * bands);
  let windows = 0;

  const centre = (frame: number): number => originSample + frame * HOP_SAMPLES;
  const lastFrame = (): number => (windows + 1) * shiftFrames - 1;
  const oldestSample = (): number => centre(windows * shiftFrames) - MEL_LEFT_SAMPLES;

  return {
    originSample,
    state: recogniser.createState(language),
    features,
    needSample: () => centre(lastFrame()) + MEL_RIGHT_SAMPLES,
    oldestSample,
    prepare(ring, limitSample) {
      if (windows > 0) features.copyWithin(0, shiftFrames * bands);
      const audio = readPadded(ring, {
        start: oldestSample(),
        end: centre(lastFrame()) + MEL_RIGHT_SAMPLES,
        limit: limitSample,
      });
      for (let i = 0; i < shiftFrames; i++) {
        const span = audio.subarray(i * HOP_SAMPLES, i * HOP_SAMPLES + MEL_SPAN_SAMPLES);
        mel.frame(span, features, (cacheFrames + i) * bands);
      }
      windows++;
    },
    windowsUntil(endSample) {
      const frames = Math.max(0, Math.floor((endSample - originSample) / HOP_SAMPLES));
      return Math.ceil(frames / shiftFrames) + 1 - windows;
    },
  };
}

/** [start, end) of the session with zeros where the ring holds nothing or `limit` is passed. */
function readPadded(
  ring: AudioRing,
  range: { readonly start: number; readonly end: number; readonly limit: number },
): Float32Array {
  const from = Math.max(range.start, ring.firstSample);
  const to = Math.min(range.end, range.limit, ring.endSample);
  if (from === range.start && to === range.end) return ring.read(from, to);
  const audio = new Float32Array(range.end - range.start);
  if (to > from) audio.set(ring.read(from, to), from - range.start);
  return audio;
}

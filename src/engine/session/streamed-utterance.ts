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
import { assembleUtterance } from './assembler.ts';
import type { Utterance } from './utterance.ts';

export interface StreamedUtterance extends Utterance {
  readonly state: RecogniserState;
  /** The next window, frame by frame; valid after `prepare`. */
  readonly features: Float32Array;
  /** Computes the next window; audio at or after `limitSample`, or no longer held, counts as zero. */
  prepare(ring: AudioRing, limitSample: number): void;
  /** Windows still to run so that everything before `endSample` has its right context. */
  windowsUntil(endSample: number): number;
}

export interface StreamedUtteranceParts {
  readonly recogniser: Recogniser;
  readonly mel: NemoMel;
  readonly originSample: number;
  readonly language: string;
}

export function openStreamedUtterance(parts: StreamedUtteranceParts): StreamedUtterance {
  const { recogniser, mel, originSample, language } = parts;
  const { bands, windowFrames, shiftFrames, cacheFrames, tokenFrameSamples } = recogniser.shape;
  const features = new Float32Array(windowFrames * bands);
  let windows = 0;

  const centre = (frame: number): number => originSample + frame * HOP_SAMPLES;
  const lastFrame = (): number => (windows + 1) * shiftFrames - 1;
  const oldestSample = (): number => centre(windows * shiftFrames) - MEL_LEFT_SAMPLES;

  const state = recogniser.createState(language);
  const { hypothesis } = state;

  const prepare = (ring: AudioRing, limitSample: number): void => {
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
  };
  const windowsUntil = (endSample: number): number => {
    const frames = Math.max(0, Math.floor((endSample - originSample) / HOP_SAMPLES));
    return Math.ceil(frames / shiftFrames) + 1 - windows;
  };

  return {
    originSample,
    state,
    features,
    tokens: hypothesis.tokens,
    get isTurnOver() {
      return hypothesis.isTurnOver;
    },
    get language() {
      return hypothesis.language;
    },
    needSample: () => centre(lastFrame()) + MEL_RIGHT_SAMPLES,
    oldestSample,
    prepare,
    windowsUntil,
    task(ring, limitSample) {
      prepare(ring, limitSample);
      return { kind: 'recognise', recogniser, item: { state, features } };
    },
    isComplete: (endSample) => windowsUntil(endSample) <= 0,
    blankSamples: () => hypothesis.blankRun * tokenFrameSamples,
    text: (range) =>
      assembleUtterance(hypothesis.tokens, recogniser.vocabulary, {
        ...range,
        originSample: originSample - recogniser.wordDelaySamples,
        earliestSample: originSample,
        frameSamples: tokenFrameSamples,
      }),
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

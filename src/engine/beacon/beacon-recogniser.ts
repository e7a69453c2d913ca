/**
 * A recogniser whose features are the samples themselves and whose tokens are beacon words, one sample a frame. To a
 * session it is a streaming model like any other.
 */
import { setImmediate } from 'node:timers/promises';
import {
  type BeaconEar,
  hearBeacon,
  type HeardBeacon,
  openBeaconEar,
} from '../../audio/beacon/beacon-decoder.ts';
import { MOST_BEACON_ID } from '../../audio/beacon/beacon-code.ts';
import { RtError } from '../../base/errors.ts';
import { createHypothesis, type Hypothesis } from '../asr/hypothesis.ts';
import { HOP_SAMPLES, MEL_LEFT_SAMPLES, type NemoMel } from '../asr/mel/nemo-mel.ts';
import type { Recogniser, RecogniserState, WindowShape } from '../asr/recogniser.ts';
import { type Vocabulary, WORD_MARK } from '../asr/vocabulary.ts';

const WINDOW_FRAMES = 16;
export const BEACON_CHUNK_MS = 160;

const SHAPE: WindowShape = {
  bands: HOP_SAMPLES,
  windowFrames: WINDOW_FRAMES,
  shiftFrames: WINDOW_FRAMES,
  cacheFrames: 0,
  tokenFrameSamples: 1,
};

/** In place of features: each frame is the samples from its centre to that of the next. */
export const sampleFrames: NemoMel = {
  bands: HOP_SAMPLES,
  frame(span, output, offset) {
    output.set(span.subarray(MEL_LEFT_SAMPLES, MEL_LEFT_SAMPLES + HOP_SAMPLES), offset);
  },
};

/** Every id is a word of its own, written in decimal digits. */
const VOCABULARY: Vocabulary = {
  size: MOST_BEACON_ID + 1,
  blankId: MOST_BEACON_ID + 1,
  piece: (id) => `${WORD_MARK}${id}`,
  special: () => undefined,
};

interface BeaconState extends RecogniserState {
  ear: BeaconEar;
}

/** @param beforeHearing what happens at each step once its words are known; what it throws, the step throws */
export function createBeaconRecogniser(beforeHearing: (ids: readonly number[]) => Promise<void>): Recogniser {
  const states = new WeakMap<RecogniserState, BeaconState>();
  return {
    shape: SHAPE,
    vocabulary: VOCABULARY,
    wordDelaySamples: 0,
    maxBatch: Number.POSITIVE_INFINITY,
    createState() {
      const state = { hypothesis: createHypothesis(), ear: openBeaconEar() };
      states.set(state, state);
      return state;
    },
    async step(items) {
      // Sockets are served between two batches.
      await setImmediate();
      const steps = items.map((item) => {
        const state = states.get(item.state);
        if (!state) throw new RtError('internal_error', 'A stream was given to a model that did not open it');
        return { state, heard: hearBeacon(state.ear, toInt16(item.features)) };
      });
      await beforeHearing(steps.flatMap(({ heard }) => heard.words.map(({ id }) => id)));
      for (const { state, heard } of steps) {
        state.ear = heard.ear;
        extend(state.hypothesis, heard);
      }
      return items.map(() => true);
    },
  };
}

function extend(hypothesis: Hypothesis, { ear, words }: HeardBeacon): void {
  for (const { id, startSample, endSample } of words) {
    hypothesis.tokens.push({ id, frame: startSample, frames: endSample - startSample, confidence: 1 });
  }
  const last = hypothesis.tokens.at(-1);
  hypothesis.frames = ear.position;
  // A word that has begun is no blank: a stream without the detector is cut in its blanks.
  hypothesis.blankRun = ear.burst ? 0 : ear.position - (last ? last.frame + (last.frames ?? 0) : 0);
}

/** The samples as they were before they were scaled. By a loop: `Int16Array.from` takes ten times as long. */
function toInt16(samples: Float32Array): Int16Array {
  const pcm = new Int16Array(samples.length);
  for (let i = 0; i < pcm.length; i++) pcm[i] = samples[i]! * 32_768;
  return pcm;
}

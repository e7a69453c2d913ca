/**
 * A recogniser that hears two words: a tone below 2 kHz is `low`, one above is `high`, silence is the
 * blank. It takes its audio as features and answers in log-probabilities like a real one, so sessions
 * run whole; a tone near full level can be made to break it. Silence and speech are told by level.
 */
import { RtError } from '../../src/base/errors.ts';
import { createCtcDecoder } from '../../src/engine/asr/ctc/ctc-decoder.ts';
import { createNemoMel, type NemoMel } from '../../src/engine/asr/mel/nemo-mel.ts';
import type { Recogniser, WindowShape } from '../../src/engine/asr/recogniser.ts';
import type { StreamingEncoder } from '../../src/engine/asr/streaming/streaming-encoder.ts';
import { createStreamingRecogniser } from '../../src/engine/asr/streaming/streaming-recogniser.ts';
import { parseVocabulary } from '../../src/engine/asr/vocabulary.ts';
import type { SpeechModel } from '../../src/engine/vad/silero.ts';
import { VAD_CONTEXT_SAMPLES } from '../../src/engine/vad/vad-window.ts';

export interface ScriptedRecogniser extends Recogniser {
  readonly mel: NemoMel;
  /** Sizes of the batches stepped so far, failed ones included. */
  readonly batches: readonly number[];
}

export interface Script {
  /** What a full-level tone does: throws for the whole batch, or makes its own row not a number. */
  readonly onLoud?: 'throw' | 'nan';
  readonly maxBatch?: number;
  /** Batches of more than this find no memory. */
  readonly onBatchOver?: number;
}

const BANDS = 8;
const FRAMES_PER_TOKEN = 8;
const SHAPE: WindowShape = {
  bands: BANDS,
  windowFrames: 25,
  shiftFrames: 16,
  cacheFrames: 9,
  tokenFrameSamples: 1280,
};
const VOCABULARY = parseVocabulary('\u2581low 0\n\u2581high 1\n<blk> 2\n');
const CLASSES = 3;
const FRAMES = SHAPE.shiftFrames / FRAMES_PER_TOKEN;
/** Log energies between which a band holds a tone of ordinary level. */
const QUIET_LOG = -7;
const LOUD_LOG = 1.5;

export function createScriptedRecogniser(script: Script = {}): ScriptedRecogniser {
  const batches: number[] = [];
  const encoder: StreamingEncoder<undefined> = {
    shape: SHAPE,
    maxBatch: script.maxBatch ?? 64,
    createState: () => undefined,
    async encode(items) {
      batches.push(items.length);
      const loud = items.map(({ features }) => newFrames(features).some((value) => value > LOUD_LOG));
      if (script.onLoud === 'throw' && loud.includes(true)) {
        throw new RtError('asr_failed', 'Inference failed: scripted');
      }
      if (items.length > (script.onBatchOver ?? Number.POSITIVE_INFINITY)) {
        throw new RtError('resource_exhausted', 'Inference failed: no memory, scripted');
      }
      const data = new Float32Array(items.length * FRAMES * CLASSES);
      for (const [row, { features }] of items.entries()) {
        const isBroken = script.onLoud === 'nan' && loud[row] === true;
        data.set(logProbs(features, isBroken), row * FRAMES * CLASSES);
      }
      const encoded = { data, rows: items.length, frames: FRAMES, width: CLASSES, isFrameLast: false };
      return Promise.resolve({ encoded, adopt: () => undefined });
    },
  };
  const decoder = createCtcDecoder(VOCABULARY.blankId);
  return {
    ...createStreamingRecogniser({ encoder, decoder, vocabulary: VOCABULARY }),
    mel: createNemoMel(BANDS),
    batches,
  };
}

function newFrames(features: Float32Array): Float32Array {
  return features.subarray(SHAPE.cacheFrames * BANDS);
}

function logProbs(window: Float32Array, isBroken: boolean): Float32Array {
  const features = newFrames(window);
  const data = new Float32Array(FRAMES * CLASSES).fill(isBroken ? Number.NaN : Math.log(0.05));
  if (isBroken) return data;
  for (let frame = 0; frame < FRAMES; frame++) {
    const from = frame * FRAMES_PER_TOKEN * BANDS;
    const word = wordOf(features.subarray(from, from + FRAMES_PER_TOKEN * BANDS));
    data[frame * CLASSES + word] = Math.log(0.9);
  }
  return data;
}

function wordOf(features: Float32Array): number {
  const loudest = features.reduce((best, value, i) => (value > (features[best] ?? 0) ? i : best), 0);
  if ((features[loudest] ?? 0) < QUIET_LOG) return VOCABULARY.blankId;
  return loudest % BANDS < BANDS / 2 ? 0 : 1;
}

/** Speech is what is louder than a hundredth of full scale. */
export function createLevelDetector(options: { readonly failing?: boolean } = {}): SpeechModel {
  return {
    score(items) {
      if (options.failing === true)
        return Promise.reject(new RtError('asr_failed', 'Inference failed: scripted'));
      return Promise.resolve(
        items.map(({ windows }) =>
          Float32Array.from(windows, (window) => {
            const samples = window.subarray(VAD_CONTEXT_SAMPLES);
            return samples.some((sample) => Math.abs(sample) > 0.01) ? 0.9 : 0.05;
          }),
        ),
      );
    },
  };
}

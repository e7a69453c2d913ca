/**
 * A recogniser of whole utterances: features, one encoder run for the batch, greedy decoding, words.
 *
 * An utterance of some length that comes out empty is heard once more from a little later on: these models
 * can miss all of a short one depending on where its first frame lies (measured by others on Parakeet TDT
 * v3 with leading silence).
 */
import { SAMPLE_RATE } from '../../../audio/frame.ts';
import { assembleWords } from '../../session/assembler.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { HOP_SAMPLES, type NemoMel } from '../mel/nemo-mel.ts';
import { computeFeatures, featureFrames, normalisePerFeature } from '../mel/utterance-features.ts';
import type { UtteranceRecogniser, UtteranceResult } from '../utterance-recogniser.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { OfflineCard } from './offline-card.ts';
import type { OfflineEncoder } from './offline-encoder.ts';
import type { UtteranceDecoder } from './utterance-decoder.ts';

export interface OfflineParts {
  readonly card: OfflineCard;
  readonly mel: NemoMel;
  readonly encoder: OfflineEncoder;
  readonly decoder: UtteranceDecoder;
  readonly vocabulary: Vocabulary;
}

/** Attention costs grow with the square of the length. */
const MAX_SAMPLES = 60 * SAMPLE_RATE;
/** Shorter ones may well be empty. */
const RETRY_MIN_SAMPLES = 0.3 * SAMPLE_RATE;
/** Between two encoder frames, and no multiple of one. */
const RETRY_SHIFT_SAMPLES = 0.06 * SAMPLE_RATE;

const EMPTY: UtteranceResult = { text: '', words: [], tokens: [] };

/** A stretch of an utterance and where it begins in it. */
interface Heard {
  readonly samples: Float32Array;
  readonly startSample: number;
}

export function createOfflineRecogniser(parts: OfflineParts): UtteranceRecogniser {
  const hear = createHearing(parts);
  return {
    maxSamples: MAX_SAMPLES,
    maxBatch: parts.encoder.maxBatch,
    async recognise(items) {
      const results = [...(await hear(items.map(({ samples }) => ({ samples, startSample: 0 }))))];
      const missed = [...items.keys()].filter((i) => {
        const samples = items[i]?.samples.length ?? 0;
        return results[i]?.text === '' && samples >= RETRY_MIN_SAMPLES;
      });
      const again = await hear(
        missed.map((i) => ({
          samples: items[i]!.samples.subarray(RETRY_SHIFT_SAMPLES),
          startSample: RETRY_SHIFT_SAMPLES,
        })),
      );
      for (const [n, i] of missed.entries()) results[i] = again[n] ?? results[i];
      return results;
    },
  };
}

function createHearing(
  parts: OfflineParts,
): (stretches: readonly Heard[]) => Promise<readonly (UtteranceResult | undefined)[]> {
  const { card, mel, encoder, decoder } = parts;
  const featuresOf = ({ samples }: Heard): Float32Array => {
    const features = computeFeatures(samples, mel);
    if (card.normalisation === 'per_feature') normalisePerFeature(features, card.bands);
    return features;
  };
  return async (stretches) => {
    const results: (UtteranceResult | undefined)[] = stretches.map(() => EMPTY);
    const filled = [...stretches.entries()].filter(([, { samples }]) => featureFrames(samples.length) > 0);
    for (let i = 0; i < filled.length; i += encoder.maxBatch) {
      const batch = filled.slice(i, i + encoder.maxBatch);
      const utterances = await encoder.encode(batch.map(([, heard]) => featuresOf(heard)));
      const hypotheses = await decoder.decode(utterances);
      for (const [row, [place, heard]] of batch.entries()) {
        results[place] = toResult(hypotheses[row], heard, parts);
      }
    }
    return results;
  };
}

function toResult(
  hypothesis: Hypothesis | undefined,
  heard: Heard,
  { vocabulary, card }: OfflineParts,
): UtteranceResult | undefined {
  if (!hypothesis) return undefined;
  const words = assembleWords(hypothesis.tokens, vocabulary, {
    originSample: heard.startSample,
    frameSamples: card.subsampling * HOP_SAMPLES,
    startSample: heard.startSample,
    endSample: heard.startSample + heard.samples.length,
  });
  return {
    text: words.map(({ word }) => word).join(' '),
    words,
    tokens: hypothesis.tokens.map(({ id }) => id),
    ...(hypothesis.language === undefined ? {} : { language: hypothesis.language }),
  };
}

import { describe, expect, it } from 'vitest';
import { createHypothesis, type Hypothesis } from '../../../../src/engine/asr/hypothesis.ts';
import { createNemoMel } from '../../../../src/engine/asr/mel/nemo-mel.ts';
import { createOfflineRecogniser } from '../../../../src/engine/asr/offline/offline-recogniser.ts';
import type { UtteranceRecogniser } from '../../../../src/engine/asr/utterance-recogniser.ts';
import { createVocabulary } from '../../../../src/engine/asr/vocabulary.ts';

const BANDS = 8;

/** Hears `a` in utterances whose number of feature frames is one of these; keeps the numbers it was given. */
function createPickyRecogniser(frames: readonly number[]): {
  recogniser: UtteranceRecogniser;
  heard: number[][];
} {
  const heard: number[][] = [];
  const info = { name: '', type: 'float32', shape: [] };
  const recogniser = createOfflineRecogniser({
    card: {
      tensors: { features: info, featureLength: info, encoded: info },
      bands: BANDS,
      subsampling: 8,
      normalisation: 'per_feature',
      maxBatch: 2,
    },
    mel: createNemoMel(BANDS),
    encoder: {
      maxBatch: 2,
      async encode(features) {
        const lengths = features.map((each) => each.length / BANDS);
        heard.push(lengths);
        const encoded = { data: new Float32Array(0), rows: 0, frames: 0, width: 0, isFrameLast: true };
        return { encoded, frames: lengths };
      },
    },
    decoder: {
      decode: async (utterances) =>
        utterances.frames.map((length): Hypothesis => {
          const hypothesis = createHypothesis();
          if (frames.includes(length)) hypothesis.tokens.push({ id: 0, frame: 1, confidence: 0.5 });
          return hypothesis;
        }),
    },
    vocabulary: createVocabulary(['\u2581a']),
  });
  return { recogniser, heard };
}

function utterance(ms: number): { samples: Float32Array; language: string } {
  return { samples: new Float32Array(ms * 16), language: 'auto' };
}

describe('an utterance that comes out empty', () => {
  it('[ENG-82] is heard once more from 60 ms later on, if it is 300 ms or longer', async () => {
    const { recogniser, heard } = createPickyRecogniser([94]);
    const results = await recogniser.recognise([utterance(1000), utterance(290), utterance(300)]);
    expect(heard).toEqual([[100, 29], [30], [94, 24]]);
    expect(results.map((result) => result?.text)).toEqual(['a', '', '']);
    expect(results[0]?.words).toEqual([
      { word: 'a', startSample: 960 + 1280, endSample: 960 + 2560, confidence: 0.5 },
    ]);
  });

  it('[ENG-82] costs nothing where there is text', async () => {
    const { recogniser, heard } = createPickyRecogniser([100]);
    expect((await recogniser.recognise([utterance(1000)]))[0]?.tokens).toEqual([0]);
    expect(heard).toEqual([[100]]);
  });
});

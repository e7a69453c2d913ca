/** An utterance whose model hears it whole: no task until it is over, then a single one. */
import type { UtteranceRecogniser, UtteranceResult } from '../asr/utterance-recogniser.ts';
import type { EngineText } from '../engine.ts';
import type { TextRange, Utterance } from './utterance.ts';

export interface WholeUtteranceParts {
  readonly recogniser: UtteranceRecogniser;
  readonly originSample: number;
  readonly language: string;
}

export function openWholeUtterance({ recogniser, originSample, language }: WholeUtteranceParts): Utterance {
  let result: UtteranceResult | undefined;
  return {
    originSample,
    tokens: [],
    isTurnOver: false,
    get language() {
      return result?.language;
    },
    needSample: () => Number.POSITIVE_INFINITY,
    oldestSample: () => originSample,
    task(ring, limitSample) {
      const samples = ring.read(
        Math.max(originSample, ring.firstSample),
        Math.max(originSample, Math.min(limitSample, ring.endSample)),
      );
      return {
        kind: 'transcribe',
        recogniser,
        item: { samples, language },
        accept: (recognised) => {
          result = recognised;
        },
      };
    },
    isComplete: () => result !== undefined,
    text: (range) => placeText(result, originSample, range),
    blankSamples: () => 0,
  };
}

function placeText(result: UtteranceResult | undefined, originSample: number, range: TextRange): EngineText {
  const { speech, limitSample } = range;
  const from = speech?.startSample ?? originSample;
  const clamp = (sample: number): number => Math.max(from, Math.min(limitSample, originSample + sample));
  const words = (result?.words ?? []).map((word) => ({
    ...word,
    startSample: clamp(word.startSample),
    endSample: clamp(word.endSample),
  }));
  const startSample = speech?.startSample ?? words[0]?.startSample ?? limitSample;
  const lastWordEnd = words.at(-1)?.endSample ?? startSample;
  return {
    text: result?.text ?? '',
    startSample,
    endSample: Math.min(limitSample, Math.max(speech?.lastSpeechEndSample ?? 0, lastWordEnd)),
    words,
  };
}

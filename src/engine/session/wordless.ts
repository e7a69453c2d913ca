/** When speech that gave no words is worth a warning: hardly a cough, rather a model that went deaf. Pure. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { EngineEvent } from '../engine.ts';
import type { SpeechSpan } from './assembler.ts';

/** Coughs, laughter and a word behind a door are shorter. */
const SUSPICIOUS_SPEECH_SAMPLES = 3 * SAMPLE_RATE;

/** The warning for an utterance without words, or undefined when it was too short to mean anything. */
export function wordlessWarning(
  speech: SpeechSpan | undefined,
): Extract<EngineEvent, { type: 'warning' }> | undefined {
  if (!speech) return undefined;
  const lengthSamples = speech.lastSpeechEndSample - speech.startSample;
  if (lengthSamples < SUSPICIOUS_SPEECH_SAMPLES) return undefined;
  const seconds = (lengthSamples / SAMPLE_RATE).toFixed(1);
  return {
    type: 'warning',
    code: 'speech_without_words',
    message: `${seconds} s of speech gave no words`,
    atSample: speech.startSample,
  };
}

/**
 * When a model has got stuck: blanks over speech, or the same words over and over. Such a state feeds
 * itself, so the utterance is ended and the next one begins with a fresh state. Pure.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { EngineEvent } from '../engine.ts';
import type { SpeechSpan } from './assembler.ts';
import type { Utterance } from './utterance.ts';

/** Blanks for so long while somebody speaks: no language pauses inside a word like that. */
const DEAF_SAMPLES = 8 * SAMPLE_RATE;
/** Longest phrase, in tokens, whose repetition is looked for. */
const MAX_PERIOD_TOKENS = 16;
/** A phrase said so often in a row, and so many tokens of it, is the model's doing rather than a chorus. */
const MIN_REPEATS = 6;
const MIN_REPEATED_TOKENS = 24;

export type Rut = 'deaf' | 'repeating';

/** The rut the utterance is in after its newest window, if any. */
export function rutOf(utterance: Utterance, speech: SpeechSpan | undefined): Rut | undefined {
  if (speech) {
    const spoken = speech.lastSpeechEndSample - speech.startSample;
    if (Math.min(utterance.blankSamples(), spoken) >= DEAF_SAMPLES) return 'deaf';
  }
  return repeatedTail(utterance.tokens.map(({ id }) => id)) >= MIN_REPEATED_TOKENS ? 'repeating' : undefined;
}

/** Tokens at the end of `ids` that repeat one phrase at least `MIN_REPEATS` times; 0 when they do not. */
export function repeatedTail(ids: readonly number[]): number {
  for (let period = 1; period <= MAX_PERIOD_TOKENS; period++) {
    let matched = 0;
    while (
      matched + period < ids.length &&
      ids[ids.length - 1 - matched] === ids[ids.length - 1 - matched - period]
    ) {
      matched++;
    }
    const run = matched + period;
    if (run >= MIN_REPEATS * period && run >= MIN_REPEATED_TOKENS) return run;
  }
  return 0;
}

export function rutWarning(rut: Rut, atSample: number): Extract<EngineEvent, { type: 'warning' }> {
  if (rut === 'repeating') return repetitionWarning(atSample);
  return {
    type: 'warning',
    code: 'speech_without_words',
    message: `${DEAF_SAMPLES / SAMPLE_RATE} s of speech gave no words; the model's state was reset`,
    atSample,
  };
}

export function repetitionWarning(atSample: number): Extract<EngineEvent, { type: 'warning' }> {
  return {
    type: 'warning',
    code: 'repeated_text',
    message: 'The model repeated itself; its state was reset',
    atSample,
  };
}

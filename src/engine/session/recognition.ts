/** What recognises a session's speech, and how an utterance of it begins and ends. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { NemoMel } from '../asr/mel/nemo-mel.ts';
import type { Recogniser } from '../asr/recogniser.ts';
import type { UtteranceRecogniser } from '../asr/utterance-recogniser.ts';
import type { SpeechSpan } from './assembler.ts';
import { openStreamedUtterance } from './streamed-utterance.ts';
import type { Utterance } from './utterance.ts';
import { openWholeUtterance } from './whole-utterance.ts';

export type Recognition =
  | { readonly kind: 'streaming'; readonly recogniser: Recogniser; readonly mel: NemoMel }
  | { readonly kind: 'utterance'; readonly recogniser: UtteranceRecogniser };

export interface UtteranceStart {
  readonly originSample: number;
  readonly language: string;
}

export function openUtterance(recognition: Recognition, start: UtteranceStart): Utterance {
  return recognition.kind === 'streaming'
    ? openStreamedUtterance({ ...recognition, ...start })
    : openWholeUtterance({ ...recognition, ...start });
}

/** Silence behind the last speech that a model hearing whole utterances is given. */
export const TAIL_SAMPLES: number = 0.3 * SAMPLE_RATE;

/** Where an utterance that ends at `endSample` stops being heard: a long silence makes whole-utterance models invent words. */
export function audioEndOf(
  kind: Recognition['kind'],
  endSample: number,
  speech: SpeechSpan | undefined,
): number {
  if (kind === 'streaming' || !speech) return endSample;
  return Math.min(endSample, speech.lastSpeechEndSample + TAIL_SAMPLES);
}

/** What a session says of its utterances: partials as the text grows, then a final or the warning that there was none. */
import type { EngineEvent } from '../engine.ts';
import { codePoints, meanConfidence, type SpeechSpan } from './assembler.ts';
import type { Utterance } from './utterance.ts';
import { wordlessWarning } from './wordless.ts';

export interface PartialPlace {
  readonly speech: SpeechSpan | undefined;
  readonly audioEndSample: number;
}

export interface FinalPlace {
  readonly speech: SpeechSpan | undefined;
  readonly endSample: number;
  /** The session starts afresh here. */
  readonly commitSample: number;
}

export interface Announcer {
  /** Forgets what was said: the next text is another utterance's. */
  startAfresh(): void;
  /** Says the text if it has changed. */
  partial(utterance: Utterance, place: PartialPlace): void;
  final(utterance: Utterance, place: FinalPlace): void;
  speechStart(atSample: number): void;
  speechEnd(atSample: number): void;
  /** The last word: how far the audio was decoded and how much of it was speech. */
  ended(decodedSample: number): void;
}

export function createAnnouncer(emit: (event: EngineEvent) => void): Announcer {
  let lastText = '';
  let speechSamples = 0;
  return {
    speechStart: (atSample) => emit({ type: 'speech-start', atSample }),
    speechEnd: (atSample) => emit({ type: 'speech-end', atSample }),
    ended: (decodedSample) => emit({ type: 'ended', decodedSample, speechSamples }),
    startAfresh() {
      lastText = '';
    },
    partial(utterance, { speech, audioEndSample }) {
      const text = utterance.text({ speech, limitSample: audioEndSample });
      if (text.text === lastText) return;
      lastText = text.text;
      // Greedy tokens are never taken back, so every character stays.
      emit({ type: 'partial', ...text, stableChars: codePoints(text.text), audioEndSample });
    },
    final(utterance, { speech, endSample, commitSample }) {
      const text = utterance.text({ speech, limitSample: commitSample });
      speechSamples += text.endSample - text.startSample;
      const { language } = utterance;
      if (text.words.length > 0) {
        emit({
          type: 'final',
          ...text,
          confidence: meanConfidence(text.words),
          audioEndSample: endSample,
          commitSample,
          ...(language === undefined ? {} : { language }),
        });
        return;
      }
      const warning = wordlessWarning(speech);
      if (warning) emit(warning);
    },
  };
}

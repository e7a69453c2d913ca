/**
 * One utterance as its session sees it, whether the model hears it window by window while it is
 * spoken or whole once it is over.
 */
import type { AudioRing } from '../../audio/lookback.ts';
import type { Token } from '../asr/hypothesis.ts';
import type { EngineText } from '../engine.ts';
import type { SpeechSpan } from './assembler.ts';
import type { RecognitionTask } from './tasks.ts';

/** Where the text of an utterance may lie. */
export interface TextRange {
  /** Undefined when the detector is off. */
  readonly speech: SpeechSpan | undefined;
  readonly limitSample: number;
}

export interface Utterance {
  /** Session sample of its first sample. */
  readonly originSample: number;
  /** The audio before this sample must have arrived for the next task; infinite while only its end can bring one. */
  needSample(): number;
  /** The oldest sample the next task reads. */
  oldestSample(): number;
  /** The next task; audio at or after `limitSample`, or no longer held, counts as zero. */
  task(ring: AudioRing, limitSample: number): RecognitionTask;
  /** Everything before `endSample` has been recognised, with its right context. */
  isComplete(endSample: number): boolean;
  text(range: TextRange): EngineText;
  /** Audio since the last token; 0 where the model does not say. */
  blankSamples(): number;
  /** Tokens so far, in order; none where the model decodes at the end. */
  readonly tokens: readonly Token[];
  /** The model itself heard the turn end. */
  readonly isTurnOver: boolean;
  /** Language the model heard, where it can tell. */
  readonly language: string | undefined;
}

/** What a session asks of the models, and what a client asks of a session besides sending audio. */
import type { Recogniser, RecogniserItem } from '../asr/recogniser.ts';
import type { UtteranceAudio, UtteranceRecogniser, UtteranceResult } from '../asr/utterance-recogniser.ts';
import type { EngineSessionUpdate } from '../engine.ts';
import type { VadItem } from '../vad/silero.ts';

/** One window of one stream. */
export interface RecogniseTask {
  readonly kind: 'recognise';
  readonly recogniser: Recogniser;
  readonly item: RecogniserItem;
}

/** One whole utterance. */
export interface TranscribeTask {
  readonly kind: 'transcribe';
  readonly recogniser: UtteranceRecogniser;
  readonly item: UtteranceAudio;
  /** Hands the utterance what the model made of it. */
  accept(result: UtteranceResult): void;
}

/** Windows of the detector. */
export interface ScoreTask {
  readonly kind: 'score';
  readonly item: VadItem;
}

export type RecognitionTask = RecogniseTask | TranscribeTask;
export type EngineTask = ScoreTask | RecognitionTask;

export type Control =
  | { readonly type: 'flush' | 'clear' | 'end' }
  | { readonly type: 'update'; readonly change: EngineSessionUpdate };

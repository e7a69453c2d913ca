/**
 * The link between gateway and worker (`ws://worker:9000/session`). The gateway opens it with one
 * JSON message, then sends binary PCM s16le 16 kHz mono and the client's own text messages; the
 * worker answers with the client-side events (without `seq`) and with `progress`.
 */
import type {
  ErrorMessage,
  SessionEnd,
  TranscriptFinal,
  TranscriptPartial,
  VadSpeechEnd,
  VadSpeechStart,
  Warning,
  WireWarning,
} from './server-messages.ts';

/** First message of a link. Fields of seed clients come first; all but session_id have defaults. */
export interface WorkerSessionConfig {
  readonly session_id: string;
  readonly language: string;
  readonly model: string;
  readonly word_timestamps: boolean;
  readonly interim_results: boolean;
  readonly protocol: number;
  readonly epoch: number;
  /** First sample to decode; audio sent before it is context only. Sample numbers at 16 kHz. */
  readonly from_sample: number;
  /** How many of the first samples sent are older than `from_sample`. */
  readonly history_samples: number;
  readonly enable_vad: boolean;
  readonly vad_threshold: number;
  readonly min_speech_ms: number;
  readonly min_silence_ms: number;
  readonly prefix_padding_ms: number;
  readonly max_utterance_s: number;
  /** `step`: a progress message after every engine step; else four a second. */
  readonly progress: 'interval' | 'step';
  readonly traceparent?: string;
}

/** The worker accepted the session; everything the gateway needs for `session.begin`. */
export interface WorkerReady {
  readonly type: 'session.begin';
  readonly session_id: string;
  readonly protocol: number;
  readonly model: string;
  readonly language: string;
  readonly partials: boolean;
  readonly warnings: readonly WireWarning[];
  /** As in {@link Progress}. */
  readonly step_ms?: number;
}

/** Sample numbers at 16 kHz since the session began, four a second, in silence too. */
export interface Progress {
  readonly type: 'progress';
  readonly received: number;
  readonly decoded: number;
  readonly commit_sample: number;
  /**
   * How long one step of the engine may take, in milliseconds; only from an engine of which that is more than a
   * second. As long nothing need be decoded.
   */
  readonly step_ms?: number;
}

export type WorkerFinal = TranscriptFinal & { readonly commit_sample: number };
export type WorkerError = ErrorMessage & { readonly commit_sample?: number };

export type WorkerMessage =
  | WorkerReady
  | VadSpeechStart
  | VadSpeechEnd
  | TranscriptPartial
  | WorkerFinal
  | Warning
  | Progress
  | SessionEnd
  | WorkerError;

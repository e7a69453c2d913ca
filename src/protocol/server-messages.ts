/**
 * Messages a server sends to a client (docs/protocol.md). Times are seconds of the client's own
 * sample counter, names are snake_case: these types are the wire and nothing else.
 */
import type { WireErrorCode } from '../base/errors.ts';

export interface WireWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

/** The fields beside `message` depend on `code`: docs/protocol.md, WIRE-34. */
export interface WireWarning {
  readonly code: WarningCode;
  readonly message: string;
  readonly [numbers: string]: unknown;
}

export type WarningCode =
  | 'processing_lag'
  | 'failover'
  | 'degraded'
  | 'rate_mismatch'
  | 'speech_without_words'
  | 'repeated_text'
  | 'unsupported_option'
  | 'trailing_byte'
  | 'ended_by_operator';

export interface SessionBegin {
  readonly type: 'session.begin';
  readonly session_id: string;
  readonly protocol: 1;
  readonly model: string;
  readonly language: string;
  readonly sample_rate: number;
  readonly encoding: string;
  readonly channels: number;
  readonly partials: boolean;
  readonly epoch: number;
  readonly resume_token?: string;
  readonly resumed?: {
    readonly complete: boolean;
    readonly send_from_sample: number;
    readonly replayed: number;
  };
  readonly warnings: readonly WireWarning[];
}

export interface VadSpeechStart {
  readonly type: 'vad.speech_start';
  readonly timestamp: number;
}

export interface VadSpeechEnd {
  readonly type: 'vad.speech_end';
  readonly timestamp: number;
}

export interface TranscriptPartial {
  readonly type: 'transcript.partial';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly audio_end: number;
  readonly stable_chars: number;
  readonly words?: readonly WireWord[];
}

export interface TranscriptFinal {
  readonly type: 'transcript.final';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly audio_end: number;
  readonly confidence: number;
  readonly words: readonly WireWord[] | null;
}

export interface Ack {
  readonly type: 'ack';
  readonly received: number;
  readonly decoded: number;
  readonly committed: number;
}

export interface Warning extends WireWarning {
  readonly type: 'warning';
}

export interface GoAway {
  readonly type: 'goaway';
  readonly reason: string;
  readonly reconnect_in_ms: number;
}

export interface WireSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface SessionEnd {
  readonly type: 'session.end';
  readonly session_id: string;
  readonly total_duration: number;
  readonly total_speech_duration: number;
  readonly transcript: string;
  readonly segments: readonly WireSegment[];
  readonly enhancement_job_id?: string;
  readonly audio_uri?: string;
  readonly transcript_uri?: string;
}

export type RetryAdvice = 'now' | 'after' | 'never';

export interface ErrorMessage {
  readonly type: 'error';
  readonly code: WireErrorCode;
  readonly message: string;
  readonly recoverable: boolean;
  readonly retry: RetryAdvice;
  readonly retry_after_ms?: number;
  /** Number of the code for `rt errors lookup`, for example `RT1013`. */
  readonly ref: string;
}

/**
 * Events that are numbered, journaled and replayed; partials, acks and goaway are not, nor is an `error` that ends the
 * connection of a session that can be resumed.
 */
export type DurableEvent =
  | SessionBegin
  | VadSpeechStart
  | VadSpeechEnd
  | TranscriptFinal
  | Warning
  | SessionEnd
  | ErrorMessage;

/** A durable event as it stands on the client's socket and in the journal. */
export type Numbered<T extends DurableEvent = DurableEvent> = T & { readonly seq: number };

/** An error without a number ends the connection and not the session, which can be resumed. */
export type ServerMessage = Numbered | ErrorMessage | TranscriptPartial | Ack | GoAway;

/** What is said in a fleet, as screens ask for it: the port that whoever starts them implements. */
import type { SessionId } from '../base/ids.ts';

/** Everything that is said, or one session with what was said in it before. */
export type Followed = 'all' | SessionId;

export interface HeardWord {
  readonly word: string;
  /** Seconds of the session's own audio, as all positions here. */
  readonly startS: number;
}

/** Text that may still change. */
export interface HeardPartial {
  readonly type: 'partial';
  readonly sessionId: string;
  readonly text: string;
  readonly startS: number;
  readonly audioEndS: number;
}

export interface HeardFinal {
  readonly type: 'final';
  readonly sessionId: string;
  readonly seq: number;
  readonly text: string;
  readonly startS: number;
  readonly endS: number;
  readonly audioEndS: number;
  readonly confidence: number;
  /** Null where nobody asked for them. */
  readonly words: readonly HeardWord[] | null;
}

/** Any other durable event of a session. */
export interface HeardEvent {
  readonly type: 'event';
  readonly sessionId: string;
  readonly seq: number;
  /** As on the wire, for example `vad.speech_start`. */
  readonly name: string;
  /** Null for events without a place in the audio. */
  readonly atS: number | null;
  readonly detail: string;
  /** How the session ended, with the event that ended it. */
  readonly outcome?: 'ended' | 'error';
}

/** Less is followed than was asked for; what is said besides goes on. */
export interface Limitation {
  readonly type: 'limited';
  readonly reason: string;
}

export type TranscriptEvent = HeardPartial | HeardFinal | HeardEvent | Limitation;

export interface KeptFinals {
  readonly finals: readonly HeardFinal[];
  /** False when the store has let go of the first ones. */
  readonly isWhole: boolean;
}

export interface TranscriptFeed {
  /**
   * Goes on until the signal, through any loss of the store: durable events of one session then come late and none
   * is missed, of `all` those of the meantime are.
   * @throws RtError forbidden
   */
  follow(what: Followed, signal: AbortSignal): AsyncIterable<TranscriptEvent>;
  /** Everything final of one session that is kept. @throws RtError registry_unavailable, forbidden */
  finals(id: SessionId): Promise<KeptFinals>;
}

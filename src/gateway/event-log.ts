/**
 * Everything a session says: numbers durable events, sends them, hands them to the journal and to
 * whoever listens. One synchronous turn per event, so that sequence numbers and the order on the
 * socket are one thing.
 */
import type { SessionId } from '../base/ids.ts';
import type { Channels } from '../bus/ports.ts';
import { encodeMessage } from '../protocol/codec.ts';
import type {
  Ack,
  DurableEvent,
  ErrorMessage,
  GoAway,
  Numbered,
  TranscriptFinal,
  TranscriptPartial,
  WireSegment,
} from '../protocol/server-messages.ts';
import type { Socket } from '../transport/socket.ts';
import type { JournalWriter } from './journal-writer.ts';

export interface EventLog {
  readonly segments: readonly WireSegment[];
  /** The last text a client was shown. */
  readonly lastText: { readonly text: string; readonly isFinal: boolean; readonly confidence: number | null };
  /** Goes on with the events of a session that others have numbered so far. */
  goOn(from: {
    readonly session: SessionId;
    readonly seq: number;
    readonly segments: readonly WireSegment[];
  }): void;
  /** Sends what is in the journal already. */
  repeat(json: string): void;
  /** From here on others than the client are told too. */
  attach(outlets: Outlets): void;
  /** `commitSample`: position that is safe once the event is journaled. */
  emit(event: DurableEvent, commitSample?: number): void;
  emitPartial(partial: TranscriptPartial): void;
  /** To the client alone; neither numbered nor kept. */
  tell(message: Ack | GoAway | ErrorMessage): void;
}

/** Where events go besides the client's socket; a refused session has none. */
export interface Outlets {
  readonly journal: Pick<JournalWriter, 'push'>;
  /** Undefined when transcripts are not published. */
  readonly channel: { readonly name: string; readonly channels: Channels } | undefined;
  /** Added to what is published. */
  readonly labels: { readonly model: string; readonly speaker?: string };
}

export function createEventLog(ownId: SessionId, socket: Pick<Socket, 'send'>): EventLog {
  let session = ownId;
  const segments: WireSegment[] = [];
  let outlets: Outlets | undefined;
  let seq = 0;
  let lastText: EventLog['lastText'] = { text: '', isFinal: true, confidence: null };

  const publish = (event: Numbered | TranscriptPartial): void => {
    if (!outlets?.channel) return;
    const { name, channels } = outlets.channel;
    const message = JSON.stringify({ ...event, session_id: session, ...outlets.labels });
    // At most once: whoever must not miss an event reads the journal.
    channels.publish(name, message).catch(() => undefined);
  };
  const remember = (final: TranscriptFinal): void => {
    segments.push({ start: final.start, end: final.end, text: final.text });
    lastText = { text: final.text, isFinal: true, confidence: final.confidence };
  };

  return {
    segments,
    get lastText() {
      return lastText;
    },
    goOn(from) {
      session = from.session;
      seq = from.seq;
      segments.push(...from.segments);
    },
    repeat: (json) => socket.send(json),
    attach(given) {
      outlets = given;
    },
    emit(event, commitSample) {
      seq++;
      const numbered = { ...event, seq };
      const json = encodeMessage(numbered);
      socket.send(json);
      outlets?.journal.push({ seq, json, commitSample });
      if (event.type === 'transcript.final') remember(event);
      publish(numbered);
    },
    emitPartial(partial) {
      socket.send(encodeMessage(partial));
      lastText = { text: partial.text, isFinal: false, confidence: null };
      publish(partial);
    },
    tell: (message) => socket.send(encodeMessage(message)),
  };
}

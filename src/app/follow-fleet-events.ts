/** Events of sessions as monitors read them. */
import { parseServerMessage } from '../protocol/codec.ts';
import type { Numbered, ServerMessage, SessionEnd, TranscriptFinal } from '../protocol/server-messages.ts';
import type { HeardEvent, HeardFinal, HeardWord, TranscriptEvent } from '../client/transcript-feed.ts';

/** The event in `json`, or undefined when monitors have no use for it or it is another version's. */
export function heardEvent(sessionId: string, json: string): TranscriptEvent | undefined {
  const message = parseServerMessage(json);
  switch (message.type) {
    case 'unknown':
    case 'invalid':
    case 'ack':
    case 'goaway':
      return undefined;
    case 'transcript.partial':
      return {
        type: 'partial',
        sessionId,
        text: message.text,
        startS: message.start,
        audioEndS: message.audio_end,
      };
    case 'transcript.final':
      return heardFinal(sessionId, message);
    default:
      // An error without a number ended a connection and not the session.
      return 'seq' in message ? durableEvent(sessionId, message) : undefined;
  }
}

function heardFinal(sessionId: string, final: Numbered<TranscriptFinal>): HeardFinal {
  return {
    type: 'final',
    sessionId,
    seq: final.seq,
    text: final.text,
    startS: final.start,
    endS: final.end,
    audioEndS: final.audio_end,
    confidence: final.confidence,
    words: final.words?.flatMap(heardWord) ?? null,
  };
}

/** Of a list that the wire's own check does not look into. */
function heardWord(entry: unknown): readonly HeardWord[] {
  const { word, start } = (entry ?? {}) as Partial<Readonly<Record<'word' | 'start', unknown>>>;
  return typeof word === 'string' && typeof start === 'number' ? [{ word, startS: start }] : [];
}

type OtherEvent = Exclude<Extract<ServerMessage, { readonly seq: number }>, TranscriptFinal>;

function durableEvent(sessionId: string, message: OtherEvent): HeardEvent {
  const event = { type: 'event', sessionId, seq: message.seq, name: message.type } as const;
  switch (message.type) {
    case 'session.begin':
      return { ...event, atS: null, detail: `${message.model} ${message.language} epoch ${message.epoch}` };
    case 'vad.speech_start':
    case 'vad.speech_end':
      return { ...event, atS: message.timestamp, detail: '' };
    case 'warning':
      return { ...event, atS: null, detail: `${message.code}: ${message.message}` };
    case 'session.end':
      return { ...event, atS: message.total_duration, detail: endText(message), outcome: 'ended' };
    case 'error': {
      const detail = `${message.code}: ${message.message}`;
      return { ...event, atS: null, detail, ...(message.recoverable ? {} : { outcome: 'error' }) };
    }
  }
}

function endText({ segments, total_speech_duration: speechS }: SessionEnd): string {
  return `${segments.length} ${segments.length === 1 ? 'final' : 'finals'}, ${speechS.toFixed(1)} s of speech`;
}

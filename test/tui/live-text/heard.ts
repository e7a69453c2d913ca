/** Events of sessions with everything filled in, so that tests name only what matters. */
import type { HeardEvent, HeardFinal, HeardPartial } from '../../../src/client/transcript-feed.ts';
import { sessionId } from '../../support/fleet.ts';

export const SESSION: string = sessionId(1);

export function final(seq: number, changes: Partial<HeardFinal> = {}): HeardFinal {
  return {
    type: 'final',
    sessionId: SESSION,
    seq,
    text: `final ${seq}`,
    startS: seq,
    endS: seq + 0.8,
    audioEndS: seq + 1,
    confidence: 0.93,
    words: null,
    ...changes,
  };
}

export function partial(text: string, changes: Partial<HeardPartial> = {}): HeardPartial {
  return { type: 'partial', sessionId: SESSION, text, startS: 90, audioEndS: 99, ...changes };
}

export function durable(seq: number, name: string, changes: Partial<HeardEvent> = {}): HeardEvent {
  return { type: 'event', sessionId: SESSION, seq, name, atS: null, detail: '', ...changes };
}

/**
 * What was said in one session and what happened to it, from its durable events.
 *
 * Any event may come twice, as after a loss of the store: numbers that were seen change nothing. A partial that is
 * older than the last final comes from another connection and too late. Always true: every list is bounded and every
 * text is printable.
 */
import { safeText } from '../../base/terminal-text.ts';
import type { HeardEvent, HeardFinal, HeardPartial, TranscriptEvent } from '../../client/transcript-feed.ts';

export interface DurableLine {
  readonly seq: number;
  readonly name: string;
  /** Seconds of audio; null for events without a place in it. */
  readonly atS: number | null;
  readonly detail: string;
}

/** Speech from its start on; to its end, where that is known. */
export interface Speech {
  readonly startS: number;
  readonly endS: number | undefined;
}

export interface Ending {
  readonly outcome: 'ended' | 'error';
  readonly reason: string;
}

export interface SessionText {
  readonly finals: readonly HeardFinal[];
  /** Finals that were let go of here. */
  readonly olderFinals: number;
  readonly partial: HeardPartial | undefined;
  readonly events: readonly DurableLine[];
  readonly speeches: readonly Speech[];
  readonly lastSeq: number;
  readonly failovers: number;
  readonly ending: Ending | undefined;
  /** Why there is less to see than there could be; empty where there is not. */
  readonly limitation: string;
}

export const MOST_FINALS = 200;
const MOST_EVENTS = 1000;
const MOST_SPEECHES = 200;

/** Nothing is known yet. */
export const NO_SESSION_TEXT: SessionText = {
  finals: [],
  olderFinals: 0,
  partial: undefined,
  events: [],
  speeches: [],
  lastSeq: 0,
  failovers: 0,
  ending: undefined,
  limitation: '',
};

/** The text after `events` of this session, in order. */
export function hearSession(text: SessionText, events: readonly TranscriptEvent[]): SessionText {
  const next = events.reduce(hearOne, text);
  const surplus = Math.max(0, next.finals.length - MOST_FINALS);
  return {
    ...next,
    finals: surplus === 0 ? next.finals : next.finals.slice(surplus),
    olderFinals: next.olderFinals + surplus,
    events: next.events.slice(-MOST_EVENTS),
    speeches: next.speeches.slice(-MOST_SPEECHES),
  };
}

function hearOne(text: SessionText, event: TranscriptEvent): SessionText {
  if ('seq' in event && event.seq <= text.lastSeq) return text;
  switch (event.type) {
    case 'limited':
      return { ...text, limitation: safeText(event.reason) };
    case 'partial':
      return isLate(event, text) ? text : { ...text, partial: { ...event, text: safeText(event.text) } };
    case 'final':
      return hearFinal(text, event);
    case 'event':
      return hearEvent(text, event);
  }
}

function isLate({ audioEndS }: HeardPartial, { finals, ending }: SessionText): boolean {
  return ending !== undefined || audioEndS <= (finals.at(-1)?.audioEndS ?? -1);
}

function hearFinal(text: SessionText, event: HeardFinal): SessionText {
  const final: HeardFinal = {
    ...event,
    text: safeText(event.text),
    words: event.words?.map(({ word, startS }) => ({ word: safeText(word), startS })) ?? null,
  };
  const line = { seq: event.seq, name: 'transcript.final', atS: event.endS, detail: final.text };
  return {
    ...text,
    finals: final.text === '' ? text.finals : [...text.finals, final],
    partial: undefined,
    events: [...text.events, line],
    lastSeq: event.seq,
  };
}

function hearEvent(text: SessionText, event: HeardEvent): SessionText {
  const { seq, atS, outcome } = event;
  const name = safeText(event.name);
  const detail = safeText(event.detail);
  const isFailover = name === 'warning' && detail.startsWith('failover');
  return {
    ...text,
    partial: outcome === undefined ? text.partial : undefined,
    events: [...text.events, { seq, name, atS, detail }],
    speeches: atS === null ? text.speeches : speechesAfter(text.speeches, name, atS),
    lastSeq: seq,
    failovers: text.failovers + (isFailover ? 1 : 0),
    // How a session ended well is told by the fleet's event.
    ending: outcome === undefined ? text.ending : { outcome, reason: outcome === 'ended' ? '' : detail },
  };
}

function speechesAfter(speeches: readonly Speech[], name: string, atS: number): readonly Speech[] {
  if (name === 'vad.speech_start') return [...speeches, { startS: atS, endS: undefined }];
  const last = speeches.at(-1);
  if (name !== 'vad.speech_end' || last === undefined || last.endS !== undefined) return speeches;
  return [...speeches.slice(0, -1), { ...last, endS: atS }];
}

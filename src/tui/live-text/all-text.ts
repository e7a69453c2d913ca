/**
 * What is being said in the whole fleet: the last finals, and what everybody is saying now.
 *
 * Channels deliver at most once. What was lost is told in its place and never passed over: events whose numbers
 * jump, and the time in which nobody listened. Always true: nothing here grows beyond the bounds below, and every
 * text is printable.
 */
import { safeText } from '../../base/terminal-text.ts';
import type { HeardFinal, HeardPartial, TranscriptEvent } from '../../client/transcript-feed.ts';
import { secondsText } from '../drawing/quantity-text.ts';

export interface SpokenLine {
  readonly type: 'spoken';
  /** Session and number of the event. */
  readonly id: string;
  readonly sessionId: string;
  readonly language: string;
  readonly text: string;
  /** When it was heard here. */
  readonly date: Date;
}

/** A place where something may be missing. */
export interface GapLine {
  readonly type: 'gap';
  readonly id: string;
  readonly text: string;
  readonly date: Date;
}

export type AllLine = SpokenLine | GapLine;

export interface PartialLine {
  readonly sessionId: string;
  readonly language: string;
  readonly text: string;
  /** When this utterance was first heard, so that lines keep their order while they grow. */
  readonly sinceMs: number;
  readonly atMs: number;
}

interface Deafness {
  readonly sinceMs: number;
  readonly because: 'outage' | 'elsewhere';
}

export interface AllText {
  /** Oldest first. */
  readonly lines: readonly AllLine[];
  /** By session. */
  readonly partials: ReadonlyMap<string, PartialLine>;
  /** Numbers of the last durable events, by session. */
  readonly lastSeqs: ReadonlyMap<string, number>;
  /** Undefined while somebody listens. */
  readonly deaf: Deafness | undefined;
  /** Gaps so far. */
  readonly gaps: number;
}

/** A batch of what was heard. */
export interface Heard {
  readonly events: readonly TranscriptEvent[];
  readonly atMs: number;
  readonly date: Date;
  readonly languageOf: (sessionId: string) => string;
}

export const MOST_LINES = 200;
/** Sessions whose numbers or partials are remembered; an id costs its publisher nothing. */
const MOST_SESSIONS = 5000;
/** No utterance is longer; what says nothing new for that long was given up. */
const PARTIAL_LASTS_MS = 30_000;

/** Nobody has listened yet. */
export const NOTHING_HEARD: AllText = {
  lines: [],
  partials: new Map(),
  lastSeqs: new Map(),
  deaf: undefined,
  gaps: 0,
};

/** The text after one batch. */
export function hearAll(text: AllText, heard: Heard): AllText {
  const lines: AllLine[] = [...text.lines];
  const partials = new Map(text.partials);
  const lastSeqs = new Map(text.lastSeqs);
  let { gaps } = text;
  const tellGap = (missing: string): void => {
    gaps += 1;
    lines.push({ type: 'gap', id: `gap ${gaps}`, text: missing, date: heard.date });
  };
  for (const event of heard.events) {
    if (event.type === 'limited') continue;
    const { sessionId } = event;
    if (event.type === 'partial') {
      partials.set(sessionId, partialLine(event, partials.get(sessionId), heard));
      continue;
    }
    const missed = event.seq - (lastSeqs.get(sessionId) ?? event.seq - 1) - 1;
    // Told twice, as a recording does that was made while the session was open.
    if (missed < 0) continue;
    if (missed > 0)
      tellGap(`${missed} ${missed === 1 ? 'event' : 'events'} of ${safeText(sessionId)} missed`);
    lastSeqs.set(sessionId, event.seq);
    if (event.type === 'final') {
      partials.delete(sessionId);
      if (event.text !== '') lines.push(spokenLine(event, heard));
    } else if (event.outcome !== undefined) {
      partials.delete(sessionId);
      lastSeqs.delete(sessionId);
    }
  }
  return {
    ...text,
    lines: lines.slice(-MOST_LINES),
    partials: newest(withoutOld(partials, heard.atMs)),
    lastSeqs: newest(lastSeqs),
    gaps,
  };
}

/** The text from when nobody listens: Redis is away (`outage`), or no screen needs it (`elsewhere`). */
export function turnDeaf(text: AllText, deafness: Deafness): AllText {
  return { ...text, deaf: text.deaf ?? deafness, partials: new Map() };
}

/** Somebody listens again; the time between is told as a gap where anything had been heard before. */
export function turnHearing(text: AllText, now: { readonly atMs: number; readonly date: Date }): AllText {
  const { deaf } = text;
  if (deaf === undefined) return text;
  // Numbers passed meanwhile belong to this gap.
  const hearing = { ...text, deaf: undefined, lastSeqs: new Map<string, number>() };
  if (text.lines.length === 0) return hearing;
  const lasted = secondsText(Math.max(0, now.atMs - deaf.sinceMs) / 1000);
  const missing = deaf.because === 'outage' ? `${lasted} without Redis` : `not followed for ${lasted}`;
  const gaps = text.gaps + 1;
  const gap: GapLine = { type: 'gap', id: `gap ${gaps}`, text: missing, date: now.date };
  return { ...hearing, lines: [...text.lines, gap].slice(-MOST_LINES), gaps };
}

/** What is being said now, what began first first. */
export function currentPartials({ partials }: AllText): readonly PartialLine[] {
  return [...partials.values()].toSorted(
    (a, b) => a.sinceMs - b.sinceMs || (a.sessionId < b.sessionId ? -1 : 1),
  );
}

function spokenLine(final: HeardFinal, { date, languageOf }: Heard): SpokenLine {
  const sessionId = safeText(final.sessionId);
  return {
    type: 'spoken',
    id: `${sessionId} ${final.seq}`,
    sessionId,
    language: languageOf(final.sessionId),
    text: safeText(final.text),
    date,
  };
}

function partialLine(partial: HeardPartial, before: PartialLine | undefined, heard: Heard): PartialLine {
  return {
    sessionId: safeText(partial.sessionId),
    language: before?.language ?? heard.languageOf(partial.sessionId),
    text: safeText(partial.text),
    sinceMs: before?.sinceMs ?? heard.atMs,
    atMs: heard.atMs,
  };
}

function withoutOld(partials: ReadonlyMap<string, PartialLine>, nowMs: number): Map<string, PartialLine> {
  return new Map([...partials].filter(([, { atMs }]) => nowMs - atMs < PARTIAL_LASTS_MS));
}

function newest<Value>(entries: Map<string, Value>): Map<string, Value> {
  return entries.size <= MOST_SESSIONS ? entries : new Map([...entries].slice(-MOST_SESSIONS));
}

/** A history by sessions and their connections: what every check looks at. */
import type { Numbered, TranscriptFinal } from '../../protocol/server-messages.ts';
import type { EntryOf, HistoryEntry, HistoryOp, TruthWord, WordArrival } from '../history/entry.ts';
import { eventsWithoutEchoes } from './echoes.ts';

export type EventEntry = EntryOf<'event'>;

export interface Connection {
  readonly number: number;
  readonly connectMs: number;
  readonly begin: EntryOf<'begin'> | undefined;
  readonly events: readonly EventEntry[];
  readonly close: EntryOf<'close'> | undefined;
}

export interface SessionRecord {
  readonly actor: string;
  readonly truth: readonly TruthWord[];
  readonly undisturbed: readonly WordArrival[];
  readonly connections: readonly Connection[];
  /** Position behind the last sample that was sent. */
  readonly sentSamples: number;
  /** Of all connections, in order of arrival; what clients pass over is not among them. */
  readonly events: readonly EventEntry[];
}

export interface RunRecord {
  readonly sessions: readonly SessionRecord[];
  /** When every session was over; undefined where the history breaks off before. */
  readonly endedMs: number | undefined;
  readonly of: <Op extends HistoryOp['op']>(op: Op) => readonly EntryOf<Op>[];
}

export function recordRun(entries: readonly HistoryEntry[]): RunRecord {
  const of: RunRecord['of'] = (op) => entries.filter((entry) => isOf(entry, op));
  const actors = new Set([...of('truth'), ...of('connect')].map(({ actor }) => actor));
  return {
    sessions: [...actors].map((actor) =>
      recordSession(
        actor,
        entries.filter((entry) => entry.actor === actor),
      ),
    ),
    endedMs: of('ended')[0]?.t_ms,
    of,
  };
}

function isOf<Op extends HistoryOp['op']>(entry: HistoryEntry, op: Op): entry is EntryOf<Op> {
  return entry.op === op;
}

function recordSession(actor: string, entries: readonly HistoryEntry[]): SessionRecord {
  const connections: Draft[] = [];
  const record = { actor, truth: [] as TruthWord[], undisturbed: [] as WordArrival[], sentSamples: 0 };
  for (const entry of entries) {
    if (entry.op === 'truth') record.truth.push(...entry.words);
    else if (entry.op === 'undisturbed') record.undisturbed.push(...entry.words);
    else if (entry.op === 'sent' || entry.op === 'said')
      record.sentSamples = Math.max(record.sentSamples, entry.sample);
    else addTo(connections, entry);
  }
  const events = connections.flatMap((connection) => heardEvents(connection, connections));
  return { ...record, connections, events: events.toSorted((a, b) => a.t_ms - b.t_ms) };
}

/**
 * Nothing of a try to go on that was refused: its error has a number of its own. Of others not what they still said,
 * under numbers that the next one took, after that one had been asked to go on: it was not journaled, and clients pass
 * it over (CLI-18).
 */
function heardEvents(own: Connection, connections: readonly Connection[]): readonly EventEntry[] {
  if (own.begin === undefined && connections.some(({ begin }) => begin !== undefined)) return [];
  const later = connections.filter(({ number }) => number > own.number);
  return own.events.filter(
    ({ t_ms, message }) =>
      !later.some(
        (next) => t_ms >= next.connectMs && 'seq' in message && message.seq >= (beginSeqOf(next) ?? Infinity),
      ),
  );
}

function beginSeqOf({ events }: Connection): number | undefined {
  const first = events[0]?.message;
  return first?.type === 'session.begin' && first.resumed !== undefined ? first.seq : undefined;
}

type Draft = { -readonly [K in keyof Connection]: Connection[K] } & { readonly events: EventEntry[] };

function addTo(connections: Draft[], entry: HistoryEntry): void {
  if (entry.op === 'connect') {
    connections.push({
      number: entry.connection,
      connectMs: entry.t_ms,
      begin: undefined,
      events: [],
      close: undefined,
    });
    return;
  }
  if (entry.op !== 'begin' && entry.op !== 'event' && entry.op !== 'close') return;
  const connection = connections.find(({ number }) => number === entry.connection);
  if (connection === undefined) return;
  if (entry.op === 'begin') connection.begin = entry;
  else if (entry.op === 'event') connection.events.push(entry);
  else connection.close = entry;
}

export interface NumberedEntry {
  readonly t_ms: number;
  readonly message: Numbered;
}

/** Events with a number, in order of arrival, what a resume brought again included. */
export function numberedOf(session: SessionRecord): readonly NumberedEntry[] {
  return session.events.flatMap(({ t_ms, message }) => ('seq' in message ? [{ t_ms, message }] : []));
}

export interface FinalEntry {
  readonly t_ms: number;
  readonly message: Numbered<TranscriptFinal>;
}

/** Finals by their number, each once: the first time it came; echoes are none. */
export function finalsOf(session: SessionRecord): readonly FinalEntry[] {
  const bySeq = new Map<number, FinalEntry>();
  for (const { t_ms, message } of eventsWithoutEchoes(session)) {
    if (message.type === 'transcript.final' && !bySeq.has(message.seq))
      bySeq.set(message.seq, { t_ms, message });
  }
  return [...bySeq.values()].toSorted((a, b) => a.message.seq - b.message.seq);
}

/** The ids in a text; NaN for what is no number, so that it shows up as a word nobody said. */
export function idsIn(text: string): readonly number[] {
  return text
    .split(/\s+/)
    .filter((token) => token !== '')
    .map(Number);
}

/** The server refused it, with an error, before it began. */
export function isRefused({ connections, events }: SessionRecord): boolean {
  const hasBegun = connections.some(({ begin }) => begin !== undefined);
  return !hasBegun && events.some(({ message }) => message.type === 'error' && !message.recoverable);
}

/**
 * I1: every word that was sent is in one final, once, in order and in its place; the numbers of the events have
 * neither holes nor doubles; the end accounts for all audio.
 */
import { fromWireSeconds } from '../../protocol/time.ts';
import {
  finalsOf,
  idsIn,
  isRefused,
  numberedOf,
  type FinalEntry,
  type RunRecord,
  type SessionRecord,
} from './run-record.ts';
import type { Violation } from './verdict.ts';

/** A millisecond: times on the wire are seconds. */
const TOLERANCE_SAMPLES = 16;

export function checkWholeWords(run: RunRecord): readonly Violation[] {
  return run.sessions
    .filter((session) => !isRefused(session))
    .flatMap((session) =>
      [...checkEnd(session), ...checkNumbers(session), ...checkOverlaps(session), ...checkWords(session)].map(
        (violation) => ({ session: session.actor, ...violation }),
      ),
    );
}

function checkEnd(session: SessionRecord): readonly Violation[] {
  const { connections } = session;
  const close = connections.at(-1)?.close;
  const atMs = close?.t_ms ?? session.events.at(-1)?.t_ms ?? 0;
  if (connections.every(({ begin }) => begin === undefined)) {
    return [{ message: 'it did not begin and was not told why', atMs }];
  }
  const end = session.events.find(({ message }) => message.type === 'session.end');
  if (end?.message.type !== 'session.end') {
    return [{ message: `closed with ${close?.code ?? 'nothing'} before session.end`, atMs }];
  }
  const violations: Violation[] = [];
  if (close?.code !== 1000) {
    violations.push({ message: `session.end was followed by close ${close?.code ?? '(none)'}`, atMs });
  }
  const lost = session.sentSamples - fromWireSeconds(end.message.total_duration);
  if (Math.abs(lost) > TOLERANCE_SAMPLES) {
    violations.push({
      message: `total_duration differs by ${lost} samples from the audio sent`,
      atMs: end.t_ms,
    });
  }
  const told = finalsOf(session).flatMap(({ message }) => idsIn(message.text));
  if (told.join(' ') !== idsIn(end.message.transcript).join(' ')) {
    violations.push({ message: 'the transcript of session.end is not that of the finals', atMs: end.t_ms });
  }
  return violations;
}

function checkNumbers(session: SessionRecord): readonly Violation[] {
  const violations: Violation[] = [];
  const seen = new Map<number, string>();
  let highest = 0;
  for (const { t_ms: atMs, message } of numberedOf(session)) {
    const text = JSON.stringify(message);
    const before = seen.get(message.seq);
    if (before !== undefined && before !== text) {
      violations.push({ message: `seq ${message.seq} came twice with different content`, atMs });
    }
    if (before !== undefined && session.connections.length === 1) {
      violations.push({ message: `seq ${message.seq} came twice on one connection`, atMs });
    }
    if (message.seq < highest && session.connections.length === 1) {
      violations.push({ message: `seq ${message.seq} came after ${highest}`, atMs });
    }
    seen.set(message.seq, text);
    highest = Math.max(highest, message.seq);
  }
  const holes = Array.from({ length: highest }, (_, index) => index + 1).filter((seq) => !seen.has(seq));
  if (holes.length > 0) {
    violations.push({
      message: `seq ${holes.join(', ')} never came`,
      atMs: session.events.at(-1)?.t_ms ?? 0,
    });
  }
  return violations;
}

function checkOverlaps(session: SessionRecord): readonly Violation[] {
  const violations: Violation[] = [];
  let before: FinalEntry | undefined;
  for (const final of finalsOf(session)) {
    const { start, end } = final.message;
    if (start > end || (before !== undefined && start < before.message.end)) {
      violations.push({
        message: `the final at ${start} s to ${end} s overlaps the one before it`,
        atMs: final.t_ms,
      });
    }
    before = final;
  }
  return violations;
}

interface HeardWord {
  readonly id: number;
  readonly atMs: number;
  /** By the server's account, where words carry times. */
  readonly place: { readonly start: number; readonly end: number } | undefined;
}

function heardWords(session: SessionRecord): readonly HeardWord[] {
  return finalsOf(session).flatMap(({ t_ms: atMs, message }) =>
    idsIn(message.text).map((id, index) => {
      const word = message.words?.[index];
      const place = word && { start: fromWireSeconds(word.start), end: fromWireSeconds(word.end) };
      return { id, atMs, place };
    }),
  );
}

function checkWords(session: SessionRecord): readonly Violation[] {
  const truth = new Map(session.truth.map((word) => [word.id, word]));
  const heard = heardWords(session);
  const times = new Map<number, number>();
  const violations: Violation[] = [];
  let highest = -1;
  for (const { id, atMs, place } of heard) {
    const word = truth.get(id);
    times.set(id, (times.get(id) ?? 0) + 1);
    if (word === undefined) violations.push({ message: `word ${id} was not said`, atMs });
    else if (times.get(id) === 2) violations.push({ message: `word ${id} was told twice`, atMs });
    else if (id < highest) violations.push({ message: `word ${id} came after ${highest}`, atMs });
    else if (
      place &&
      Math.max(Math.abs(place.start - word.start), Math.abs(place.end - word.end)) > TOLERANCE_SAMPLES
    )
      violations.push({ message: `word ${id} is told at the wrong place`, atMs });
    highest = Math.max(highest, id);
  }
  const lost = session.truth.filter(({ id, end }) => end <= session.sentSamples && !times.has(id));
  if (lost.length === 0) return violations;
  const shown = lost.slice(0, 5).map(({ id }) => id);
  const more = lost.length > shown.length ? ' …' : '';
  const message = `${lost.length} of ${session.truth.length} words were lost: ${shown.join(', ')}${more}`;
  return [...violations, { message, atMs: session.events.at(-1)?.t_ms ?? 0 }];
}

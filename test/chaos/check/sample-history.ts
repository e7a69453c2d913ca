/** A history in which nothing is wrong: one session of three words, a worker, a gateway. Tests break it in one place. */
import type { HistoryEntry, HistoryOp } from '../../../src/chaos/history/entry.ts';
import type { ServerMessage, TranscriptFinal } from '../../../src/protocol/server-messages.ts';

export const WORDS = [
  { id: 5_000_001, start: 16_000, end: 19_840 },
  { id: 5_000_002, start: 24_000, end: 27_840 },
  { id: 5_000_003, start: 48_000, end: 51_840 },
];

export function finalOf(words: typeof WORDS, seq: number): TranscriptFinal & { readonly seq: number } {
  const [first, last] = [words[0], words.at(-1)];
  return {
    type: 'transcript.final',
    text: words.map(({ id }) => id).join(' '),
    start: (first?.start ?? 0) / 16_000,
    end: (last?.end ?? 0) / 16_000,
    audio_end: (last?.end ?? 0) / 16_000 + 0.5,
    confidence: 1,
    words: words.map(({ id, start, end }) => ({
      word: String(id),
      start: start / 16_000,
      end: end / 16_000,
      confidence: 1,
    })),
    seq,
  };
}

export function partialOf(words: typeof WORDS): ServerMessage {
  const { text, start, end, audio_end } = finalOf(words, 0);
  return { type: 'transcript.partial', text, start, end, audio_end, stable_chars: 0 };
}

export const BEGIN: ServerMessage = {
  type: 'session.begin',
  session_id: 'sess_0123456789ab',
  protocol: 1,
  model: 'beacon',
  language: 'auto',
  sample_rate: 16_000,
  encoding: 'pcm_s16le',
  channels: 1,
  partials: true,
  epoch: 1,
  warnings: [],
  seq: 1,
};

export const END: ServerMessage = {
  type: 'session.end',
  session_id: 'sess_0123456789ab',
  total_duration: 4,
  total_speech_duration: 1,
  transcript: WORDS.map(({ id }) => id).join(' '),
  segments: [],
  seq: 5,
};

export function event(message: ServerMessage, connection = 1): HistoryOp {
  return { op: 'event', connection, message };
}

export function ack(committed: number, received = committed): ServerMessage {
  return { type: 'ack', received, decoded: received, committed };
}

const UNTIL_SESSION: readonly HistoryEntry[] = [
  ...at('run', 0, { op: 'run', scenario: 's', seed: 1, trial: 0, sessions: 1, arm: 'disturbed' }),
  ...at('c0', 0, { op: 'truth', words: WORDS }),
  ...at(
    'run',
    0,
    { op: 'slots', worker: 'w', active: 0, capacity: 1 },
    { op: 'keys', total: 20, expiring: 0 },
  ),
  ...at('run', 0, { op: 'leases', sessions: 0, workers: 1 }),
  ...at('run', 0, { op: 'gauge', role: 'gateway', id: 'g', pid: 7, rss: 1, fds: 25 }),
];

const SESSION: readonly HistoryEntry[] = [
  ...at('c0', 10, { op: 'connect', connection: 1, gateway: 'ws://g' }),
  ...at(
    'c0',
    20,
    { op: 'begin', connection: 1, session: 'sess_0123456789ab', epoch: 1, resumed: false },
    event(BEGIN),
  ),
  ...at('run', 100, { op: 'slots', worker: 'w', active: 1, capacity: 1 }),
  ...at('c0', 1_400, event(partialOf(WORDS.slice(0, 1)))),
  ...at('c0', 2_000, event(ack(0, 32_000)), event({ type: 'vad.speech_start', timestamp: 1, seq: 2 })),
  ...at('c0', 2_500, event(finalOf(WORDS.slice(0, 2), 3)), event(ack(30_000, 40_000))),
  ...at('c0', 4_020, { op: 'said', what: 'end', sample: 64_000 }),
  ...at('c0', 4_030, event(finalOf(WORDS.slice(2), 4)), event(END)),
  ...at('c0', 4_040, { op: 'close', connection: 1, code: 1000, reason: 'completed' }),
];

const AFTER_SESSION: readonly HistoryEntry[] = [
  ...at('run', 4_050, { op: 'ended' }),
  ...at(
    'run',
    4_100,
    { op: 'slots', worker: 'w', active: 0, capacity: 1 },
    { op: 'keys', total: 22, expiring: 2 },
  ),
  ...at('run', 4_100, { op: 'leases', sessions: 0, workers: 1 }),
  ...at('run', 4_100, { op: 'gauge', role: 'gateway', id: 'g', pid: 7, rss: 2, fds: 25 }),
  ...at('run', 4_200, { op: 'log', path: 'g.log', canaries: 3, matches: 0, lines: [] }),
];

export const GOOD: readonly HistoryEntry[] = [...UNTIL_SESSION, ...SESSION, ...AFTER_SESSION];

/** Entries of one moment. */
export function at(actor: string, t_ms: number, ...ops: readonly HistoryOp[]): readonly HistoryEntry[] {
  return ops.map((op) => ({ t_ms, actor, ...op }));
}

/** `GOOD` with each entry as `change` wants it. */
export function changed(
  change: (entry: HistoryEntry) => HistoryEntry | readonly HistoryEntry[],
): readonly HistoryEntry[] {
  return GOOD.flatMap(change);
}

/** `GOOD` with each message as `change` wants it; undefined: it did not come. */
export function withMessages(
  change: (message: ServerMessage) => ServerMessage | undefined,
): readonly HistoryEntry[] {
  return changed((entry) => {
    if (entry.op !== 'event') return entry;
    const message = change(entry.message);
    return message === undefined ? [] : { ...entry, message };
  });
}

/** `GOOD` with more entries, in order of time. */
export function withMore(...more: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return [...GOOD, ...more].toSorted((a, b) => a.t_ms - b.t_ms);
}

/** `GOOD` cut at 3 s and gone on with over a second connection. */
export function resumedHistory(
  resumed: { readonly from: number; readonly epoch?: number; readonly complete?: boolean },
  before: readonly HistoryEntry[] = [],
): readonly HistoryEntry[] {
  const { from, epoch = 2, complete = true } = resumed;
  const begin: ServerMessage = {
    ...BEGIN,
    epoch,
    resumed: { complete, send_from_sample: from, replayed: 1 },
    seq: 4,
  } as ServerMessage;
  const cut = [
    ...at('run', 2_990, { op: 'fault', kind: 'down', role: 'network', target: 'network', pid: 7 }),
    ...at('c0', 3_000, { op: 'close', connection: 1, code: 1006, reason: '' }),
    ...at('c0', 3_100, { op: 'connect', connection: 2, gateway: 'ws://h' }),
    ...at(
      'c0',
      3_200,
      { op: 'begin', connection: 2, session: 'sess_0123456789ab', epoch, resumed: true },
      event(begin, 2),
      event(finalOf(WORDS.slice(0, 2), 3), 2),
    ),
  ];
  const rest = changed((entry) => {
    if (entry.t_ms < 3_000) return entry;
    if (entry.op === 'close') return { ...entry, connection: 2 };
    if (entry.op !== 'event' || !('seq' in entry.message)) return entry;
    return { ...entry, connection: 2, message: { ...entry.message, seq: entry.message.seq + 1 } };
  });
  return [...rest, ...cut, ...before].toSorted((a, b) => a.t_ms - b.t_ms);
}

/**
 * A session whose gateway was killed between telling its first final and journaling it: `again` is what the next one
 * says of that audio before it goes on.
 */
export function echoedHistory(again: readonly ServerMessage[], from = 0): readonly HistoryEntry[] {
  const shift = again.filter((message) => 'seq' in message).length;
  const resumed = resumedHistory({ from }).flatMap((entry): readonly HistoryEntry[] => {
    if (entry.op !== 'event' || entry.t_ms < 3_000) {
      // Nothing is committed before the kill.
      return entry.op === 'event' && entry.message.type === 'ack' ? [] : [entry];
    }
    const { message } = entry;
    if (message.type === 'transcript.final' && message.seq === 3) return [];
    if (message.type === 'session.begin' || !('seq' in message)) return [entry];
    return [{ ...entry, message: { ...message, seq: message.seq + shift } }];
  });
  return [...resumed, ...at('c0', 3_300, ...again.map((message) => event(message, 2)))].toSorted(
    (a, b) => a.t_ms - b.t_ms,
  );
}

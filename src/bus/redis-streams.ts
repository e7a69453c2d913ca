/**
 * The journal of a session as a Redis stream. The entry id is the sequence number, so Redis itself
 * refuses a second writer's double. Appends fail at once when Redis is away; nothing is queued here,
 * because only the owner of the session knows how much it may hold back.
 */
import type { Redis } from 'ioredis';
import type { SessionId } from '../base/ids.ts';
import { JOURNAL_KEPT } from './limits.ts';
import type { Journal, JournalEntry } from './ports.ts';
import type { RedisBusOptions } from './redis-bus-options.ts';
import { unavailable } from './unavailable.ts';

type Entry = readonly [id: string, fields: readonly string[]];

/** Longest a blocking read asks the server to wait; the connection's own timeouts must allow it. */
const BLOCK_MS = 1000;
/** Pause before a broken blocking read is tried again. */
const RETRY_MS = 200;

/** The journal port over streams named by `journalKey`; `stopped` ends whoever follows. */
export function createRedisJournal(options: RedisBusOptions, stopped: AbortSignal): Journal {
  const { redis, journalKey } = options;
  return {
    async append(session, { seq, json, commitSample }) {
      const safe = commitSample === undefined ? [] : ['commit', commitSample];
      try {
        await redis.xadd(
          journalKey(session),
          'MAXLEN',
          '~',
          JOURNAL_KEPT,
          `${seq}-0`,
          'event',
          json,
          ...safe,
        );
        return 'appended';
      } catch (error) {
        if (error instanceof Error && error.message.includes('equal or smaller')) return 'duplicate';
        throw unavailable(error);
      }
    },
    async read(session, afterSeq) {
      try {
        return (await redis.xrange(journalKey(session), `(${afterSeq}-0`, '+')).map(parseEntry);
      } catch (error) {
        throw unavailable(error);
      }
    },
    follow: (session, afterSeq, signal) =>
      follow(options, { session, afterSeq, signal: AbortSignal.any([signal, stopped]) }),
    async expire(session, ttlMs) {
      try {
        await redis.pexpire(journalKey(session), ttlMs);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

interface Following {
  readonly session: SessionId;
  readonly afterSeq: number;
  readonly signal: AbortSignal;
}

/** Holds a connection of its own and resumes after the last entry it saw, however often that breaks. */
async function* follow(
  { openConnection, journalKey, clock }: RedisBusOptions,
  { session, afterSeq, signal }: Following,
): AsyncGenerator<JournalEntry> {
  const connection = openConnection('blocking');
  let isOpen = true;
  const close = (): void => {
    // Once: a second disconnect sets a timer that nothing clears, which keeps the process alive for 2 s.
    if (isOpen) connection.disconnect();
    isOpen = false;
  };
  signal.addEventListener('abort', close, { once: true });
  let lastSeq = afterSeq;
  try {
    while (!signal.aborted) {
      let entries: readonly JournalEntry[];
      try {
        entries = await nextEntries(connection, journalKey(session), lastSeq);
      } catch {
        await clock.sleep(RETRY_MS, signal).catch(() => {});
        continue;
      }
      for (const entry of entries) {
        lastSeq = entry.seq;
        yield entry;
      }
    }
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

async function nextEntries(
  connection: Redis,
  key: string,
  afterSeq: number,
): Promise<readonly JournalEntry[]> {
  if (connection.status === 'wait') await connection.connect();
  const reply = await connection.xread('BLOCK', BLOCK_MS, 'STREAMS', key, `${afterSeq}-0`);
  return entriesOf(reply).map(parseEntry);
}

/** Null when nothing came within the block. */
function entriesOf(
  reply: readonly (readonly [key: string, entries: readonly Entry[]])[] | null,
): readonly Entry[] {
  return reply?.[0]?.[1] ?? [];
}

function parseEntry([id, fields]: Entry): JournalEntry {
  const seq = Number.parseInt(id, 10);
  const json = fields[fields.indexOf('event') + 1] ?? '';
  const safe = fields.indexOf('commit');
  return safe === -1 ? { seq, json } : { seq, json, commitSample: Number(fields[safe + 1]) };
}

/**
 * The fleet as seen from outside, in Redis; reads only. `watch` has a connection of its own and
 * keeps the id of the last entry it saw, so a lost connection costs time and no event.
 */
import type { Redis } from 'ioredis';
import type { SessionId } from '../base/ids.ts';
import type { FleetEvent, FleetView, SessionView } from './ports.ts';
import { parseEvent, parseSession } from './records.ts';
import { BLOCK_MS } from './redis-policy.ts';
import { readHashes, readWorkers, type RedisStore } from './redis-store.ts';

type Entry = readonly [id: string, fields: string[]];

/** Pause before a broken blocking read is tried again. */
const RETRY_MS = 200;
/** Events that come close together are read together: however many there are, a monitor reads five times a second. */
const GATHER_MS = 200;

/** The fleet port; `open` gives `watch` its connection. */
export function createRedisFleet(store: RedisStore): FleetView {
  const { redis, keys, answer } = store;
  return {
    async workers() {
      return readWorkers(store, await answer(redis.smembers(keys.workers)));
    },
    async sessions() {
      const ids = (await answer(redis.smembers(keys.activeSessions))) as SessionId[];
      const hashes = await readHashes(
        store,
        ids.map((id) => keys.session(id)),
      );
      return ids
        .map((id, i) => parseSession(id, hashes[i] ?? {}))
        .filter((session): session is SessionView => session?.status === 'active');
    },
    async session(id) {
      return parseSession(id, await answer(redis.hgetall(keys.session(id))));
    },
    async snapshot() {
      return new Map(Object.entries(await answer(redis.hgetall(keys.snapshot))));
    },
    async events(count) {
      if (count <= 0) return [];
      const entries = await answer(redis.xrevrange(keys.events, '+', '-', 'COUNT', count));
      return entries.toReversed().flatMap(([id, fields]) => parseEvent(id, fields) ?? []);
    },
    watch: (signal, backlog = 0) => watch(store, AbortSignal.any([signal, store.stopped]), backlog),
  };
}

async function* watch(store: RedisStore, signal: AbortSignal, backlog: number): AsyncGenerator<FleetEvent> {
  const connection = store.open('blocking');
  let isOpen = true;
  const close = (): void => {
    // Once: a second disconnect sets a timer that nothing clears, which keeps the process alive for 2 s.
    if (isOpen) connection.disconnect();
    isOpen = false;
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    let lastId: string | undefined;
    while (!signal.aborted) {
      let entries: readonly Entry[];
      try {
        if (connection.status === 'wait') await connection.connect();
        entries =
          lastId === undefined
            ? await newest(connection, store.keys.events, backlog)
            : await after(connection, store.keys.events, lastId);
      } catch {
        await store.clock.sleep(RETRY_MS, signal).catch(() => {});
        continue;
      }
      const skipped = lastId === undefined && backlog === 0;
      lastId = entries.at(-1)?.[0] ?? lastId ?? '0-0';
      for (const [id, fields] of skipped ? [] : entries) {
        const event = parseEvent(id, fields);
        if (event) yield event;
      }
      if (entries.length > 0) await store.clock.sleep(GATHER_MS, signal).catch(() => {});
    }
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** The newest entries, oldest first; one at least, because its id is where `watch` starts. */
async function newest(connection: Redis, stream: string, backlog: number): Promise<readonly Entry[]> {
  return (await connection.xrevrange(stream, '+', '-', 'COUNT', Math.max(backlog, 1))).reverse();
}

async function after(connection: Redis, stream: string, id: string): Promise<readonly Entry[]> {
  const reply = await connection.xread('BLOCK', BLOCK_MS, 'STREAMS', stream, id);
  return entriesOf(reply);
}

/** Null when nothing came within the block. */
function entriesOf(
  reply: readonly (readonly [key: string, entries: readonly Entry[]])[] | null,
): readonly Entry[] {
  return reply?.[0]?.[1] ?? [];
}

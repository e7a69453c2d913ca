/** What the parts of the Redis implementation share, and the reads they have in common. */
import type { Redis } from 'ioredis';
import type { Clock } from '../base/clock.ts';
import type { Keys } from './keys.ts';
import type { WorkerView } from './ports.ts';
import { parseWorker } from './records.ts';
import type { RedisConnections } from './redis.ts';
import type { RunScript } from './scripts.ts';

export interface RedisStore {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly run: RunScript;
  readonly clock: Clock;
  readonly answer: RedisConnections['answer'];
  readonly open: RedisConnections['open'];
  /** Aborted when the registry stops. */
  readonly stopped: AbortSignal;
}

/** Hashes in one round trip, in the order of `hashKeys`. */
export async function readHashes(
  { redis, answer }: RedisStore,
  hashKeys: readonly string[],
): Promise<readonly Record<string, string>[]> {
  return answer(Promise.all(hashKeys.map((key) => redis.hgetall(key))));
}

/** The workers of `ids` that have a record. */
export async function readWorkers(store: RedisStore, ids: readonly string[]): Promise<readonly WorkerView[]> {
  const hashes = await readHashes(
    store,
    ids.map((id) => store.keys.workerBase + id),
  );
  return ids.flatMap((id, i) => parseWorker(id, hashes[i] ?? {}) ?? []);
}

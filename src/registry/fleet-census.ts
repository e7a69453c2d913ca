/**
 * Counts what the store holds, for who checks it from outside: sizes of the sets themselves, and not the figures
 * that scripts derive from them.
 */
import type { Redis } from 'ioredis';
import type { SessionId, WorkerId } from '../base/ids.ts';
import type { Keys } from './keys.ts';
import type { RedisConnections } from './redis.ts';

export interface WorkerCount {
  readonly id: string;
  /** Sessions in the worker's set. */
  readonly active: number;
  readonly capacity: number;
  readonly isReady: boolean;
}

export interface Census {
  /** Workers in the fleet, and those that left it, until they have once been told with an empty set. */
  readonly workers: readonly WorkerCount[];
  readonly sessionLeases: number;
  readonly workerLeases: number;
  /** Of the whole database; `expiring` of them have a time to live. */
  readonly keys: { readonly total: number; readonly expiring: number };
}

export interface FleetCensus {
  /** Rejects with registry_unavailable. */
  sample(): Promise<Census>;
  workerOf(session: string): Promise<string | undefined>;
}

export function createFleetCensus(connections: RedisConnections, keys: Keys): FleetCensus {
  const { commands: redis, answer } = connections;
  const seen = new Map<string, WorkerCount>();

  const count = async (id: string): Promise<void> => {
    const worker = id as WorkerId;
    const [active, [capacity, status]] = await Promise.all([
      redis.scard(keys.workerSessions(worker)),
      redis.hmget(keys.worker(worker), 'capacity', 'status'),
    ]);
    // Of a store that came back empty nothing is known but what was.
    const most = Number(capacity ?? seen.get(id)?.capacity ?? 0);
    seen.set(id, { id, active, capacity: most, isReady: status === 'ready' || status === 'busy' });
  };

  return {
    async sample() {
      const members = await answer(redis.smembers(keys.workers));
      await answer(Promise.all([...new Set([...members, ...seen.keys()])].map(count)));
      const [sessionLeases, workerLeases, keyspace] = await answer(
        Promise.all([
          redis.zcard(keys.sessionLeases),
          redis.zcard(keys.workerLeases),
          redis.info('keyspace'),
        ]),
      );
      const workers = [...seen.values()];
      for (const { id, active } of workers) if (active === 0 && !members.includes(id)) seen.delete(id);
      return { workers, sessionLeases, workerLeases, keys: keysIn(keyspace, redis) };
    },
    async workerOf(session) {
      return (await answer(redis.hget(keys.session(session as SessionId), 'worker_id'))) ?? undefined;
    },
  };
}

/** From `db0:keys=12,expires=4,avg_ttl=0`; a database without keys has no line. */
function keysIn(keyspace: string, { options }: Redis): Census['keys'] {
  const line = new RegExp(`^db${options.db ?? 0}:keys=(\\d+),expires=(\\d+)`, 'm').exec(keyspace);
  return { total: Number(line?.[1] ?? 0), expiring: Number(line?.[2] ?? 0) };
}

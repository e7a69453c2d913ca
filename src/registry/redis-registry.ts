/** The store in Redis: the production implementation of every registry port (docs/keyspace.md). */
import type { Clock } from '../base/clock.ts';
import { createKeys } from './keys.ts';
import { SNAPSHOT_LEASE_MS } from './leases.ts';
import type { Registry, SnapshotWriter } from './ports.ts';
import type { RedisConnections } from './redis.ts';
import { createRedisControl } from './redis-control.ts';
import { createRedisFleet } from './redis-fleet.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { createRedisRegistration } from './redis-registration.ts';
import type { RedisStore } from './redis-store.ts';
import { createScriptRunner } from './scripts.ts';

export interface RedisRegistryOptions {
  readonly connections: RedisConnections;
  readonly clock: Clock;
  readonly prefix?: string;
}

/** A registry on connections that it stops with itself. */
export function createRedisRegistry({ connections, clock, prefix }: RedisRegistryOptions): Registry {
  const stopped = new AbortController();
  const { commands: redis, answer, open } = connections;
  let publishedAtMs = Number.NEGATIVE_INFINITY;
  const store: RedisStore = {
    redis,
    keys: createKeys(prefix),
    run: createScriptRunner(redis),
    clock,
    answer,
    open,
    stopped: stopped.signal,
  };
  return {
    registration: createRedisRegistration(store),
    ledger: createRedisLedger(store),
    fleet: createRedisFleet(store),
    control: createRedisControl(store),
    snapshots: createRedisSnapshots(store, () => {
      publishedAtMs = clock.nowMs();
    }),
    connect: connections.connect,
    silentForMs: connections.silentForMs,
    unwrittenForMs: () => clock.nowMs() - publishedAtMs,
    stop() {
      stopped.abort();
      connections.stop();
      return Promise.resolve();
    },
  };
}

/** @param onPublished called when Redis has taken a digest */
function createRedisSnapshots(
  { redis, keys, run, answer }: RedisStore,
  onPublished: () => void,
): SnapshotWriter {
  return {
    async publish(field, json) {
      await answer(
        run('publish', {
          keys: [keys.snapshot, keys.snapshotLeases],
          args: [field, json, SNAPSHOT_LEASE_MS],
        }),
      );
      onPublished();
    },
    async remove(field) {
      await answer(Promise.all([redis.hdel(keys.snapshot, field), redis.zrem(keys.snapshotLeases, field)]));
    },
  };
}

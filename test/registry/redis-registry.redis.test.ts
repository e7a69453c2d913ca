import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createKeys } from '../../src/registry/keys.ts';
import type { FleetEvent, Registry } from '../../src/registry/ports.ts';
import { createRedisConnections } from '../../src/registry/redis.ts';
import { createRedisRegistry } from '../../src/registry/redis-registry.ts';
import { describeControl } from '../contract/control-contract.ts';
import { describeRegistry, type RegistrySetup } from '../contract/registry-contract.ts';
import {
  ALL_RENEWED,
  GATEWAY,
  progress,
  renewal,
  sessionId,
  sessionInfo,
  workerId,
  workerInfo,
} from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const LONG_MS = 60_000;

describe.skipIf(!hasRedis)('redis registry', () => {
  let server: RedisServer;
  let raw: Redis;

  beforeAll(async () => {
    server = await startRedis();
    raw = new Redis(server.url, { protocol: 2 });
    raw.on('error', () => {});
  });
  afterAll(async () => {
    raw.disconnect();
    await server.stop();
  });

  async function open(prefix: string): Promise<Registry> {
    const connections = createRedisConnections({ url: server.url, clock: systemClock, logger: silentLogger });
    const registry = createRedisRegistry({ connections, clock: systemClock, prefix });
    await registry.connect(2000);
    return registry;
  }

  async function withRegistry(work: (registry: Registry, prefix: string) => Promise<void>): Promise<void> {
    const prefix = server.prefix();
    const registry = await open(prefix);
    try {
      await work(registry, prefix);
    } finally {
      await registry.stop();
    }
  }

  const openSetup = async (): Promise<RegistrySetup> => {
    const registry = await open(server.prefix());
    return { registry, advance: (ms) => sleep(ms), close: () => registry.stop() };
  };
  describeRegistry('redis', openSetup);
  describeControl('redis', openSetup);

  it('[REG-1] the worker hash carries the documented fields and the time of Redis', () =>
    withRegistry(async ({ registration, ledger }, prefix) => {
      await registration.register(workerInfo('w1'), LONG_MS);
      await ledger.reserve(workerId('w1'), sessionInfo(1, { enhanceOnEnd: true }), { leaseMs: LONG_MS });
      const hash = await raw.hgetall(`${prefix}:worker:w1`);
      expect(hash).toMatchObject({
        endpoint: 'ws://127.0.0.1:9000',
        status: 'ready',
        capacity: '2',
        active_sessions: '1',
        models_loaded: '["rt-tiny-en","fast"]',
      });
      const [seconds] = await raw.time();
      expect(Math.abs(Date.parse(hash['last_heartbeat'] ?? '') / 1000 - Number(seconds))).toBeLessThan(2);
      expect(await raw.hgetall(`${prefix}:session:${sessionId(1)}`)).toMatchObject({
        worker_id: 'w1',
        status: 'active',
        enhance_on_end: 'true',
        audio_duration: '0',
        epoch: '1',
      });
    }));

  it('[REG-12] a renewal writes back a lost record, lost memberships and a lost lease', () =>
    withRegistry(async ({ registration, ledger, fleet }, prefix) => {
      const keys = createKeys(prefix);
      await registration.register(workerInfo('w1'), LONG_MS);
      await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS });
      await raw.del(
        keys.session(sessionId(1)),
        keys.activeSessions,
        keys.sessionLeases,
        keys.workerSessions(workerId('w1')),
      );
      expect(await ledger.renew(GATEWAY, [renewal(1, 'w1', { committed: 512 })], LONG_MS)).toEqual(
        ALL_RENEWED,
      );
      expect(await fleet.sessions()).toEqual([
        expect.objectContaining({ id: sessionId(1), committed: 512, language: 'en', model: 'fast' }),
      ]);
      expect(await raw.zscore(keys.sessionLeases, sessionId(1))).not.toBeNull();
      expect((await fleet.workers())[0]).toMatchObject({ activeSessions: 1 });
    }));

  it('[REG-17] a sweep takes ids without a lease out of a worker, and only those', () =>
    withRegistry(async ({ registration, ledger, fleet }, prefix) => {
      await registration.register(workerInfo('w1'), LONG_MS);
      await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS });
      await raw.sadd(`${prefix}:worker:w1:sessions`, 'sess_orphan');
      await registration.beat(workerInfo('w1'), LONG_MS);
      expect((await fleet.workers())[0]).toMatchObject({ activeSessions: 2, status: 'busy' });
      expect(await ledger.sweep()).toEqual([]);
      expect(await raw.smembers(`${prefix}:worker:w1:sessions`)).toEqual([sessionId(1)]);
      expect((await fleet.workers())[0]).toMatchObject({ activeSessions: 1, status: 'ready' });
    }));

  it('[REG-17] an active session whose lease entry was lost is freed by a sweep', () =>
    withRegistry(async ({ registration, ledger, fleet }, prefix) => {
      await registration.register(workerInfo('w1'), LONG_MS);
      await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS });
      await raw.del(`${prefix}:leases:sessions`);
      expect(await ledger.sweep()).toEqual([expect.objectContaining({ type: 'session.error' })]);
      expect(await fleet.sessions()).toEqual([]);
    }));

  it('[REG-18] ended sessions, their journal and offline workers expire after an hour', () =>
    withRegistry(async ({ registration, ledger }, prefix) => {
      const keys = createKeys(prefix);
      await registration.register(workerInfo('w1'), LONG_MS);
      await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS });
      await raw.xadd(keys.journal(sessionId(1)), '1-0', 'event', '{}');
      await ledger.release(progress(1), 'ended', 'done');
      await registration.deregister(workerId('w1'));
      for (const key of [
        keys.session(sessionId(1)),
        keys.journal(sessionId(1)),
        keys.worker(workerId('w1')),
      ]) {
        const ttlMs = await raw.pttl(key);
        expect(ttlMs, key).toBeGreaterThan(3_590_000);
        expect(ttlMs, key).toBeLessThanOrEqual(3_600_000);
      }
      await registration.register(workerInfo('w1'), LONG_MS);
      expect(await raw.pttl(keys.worker(workerId('w1')))).toBe(-1);
    }));

  it('[REG-20] the digest of a process that fell silent is swept', () =>
    withRegistry(async ({ snapshots, ledger, fleet }, prefix) => {
      await snapshots.publish('worker:w1', '{}');
      await snapshots.publish('worker:w2', '{}');
      const [seconds] = await raw.time();
      const endMs = Number(await raw.zscore(`${prefix}:leases:snapshot`, 'worker:w1'));
      expect(endMs / 1000 - Number(seconds)).toBeGreaterThan(58);
      await raw.zadd(`${prefix}:leases:snapshot`, 1, 'worker:w1');
      await ledger.sweep();
      expect([...(await fleet.snapshot()).keys()]).toEqual(['worker:w2']);
    }));

  it('[REG-21] forgotten scripts are sent again', () =>
    withRegistry(async ({ registration, ledger }) => {
      await registration.register(workerInfo('w1'), LONG_MS);
      await raw.script('FLUSH');
      expect(await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS })).toBe('reserved');
      await raw.script('FLUSH');
      const both = [renewal(1, 'w1'), renewal(2, 'w1')];
      expect(await ledger.renew(GATEWAY, both, LONG_MS)).toEqual(ALL_RENEWED);
      await raw.script('FLUSH');
      expect(await ledger.release(progress(1), 'ended', 'done')).toBe('released');
      expect(await ledger.sweep()).toEqual([]);
    }));

  it('[REG-27] foreign and incomplete records are read as far as they go', () =>
    withRegistry(async ({ fleet }, prefix) => {
      await raw.sadd(`${prefix}:workers`, 'seed', 'broken', 'vanished');
      await raw.hset(`${prefix}:worker:seed`, {
        endpoint: 'ws://h:1',
        status: 'ready',
        capacity: '4',
        colour: 'red',
      });
      await raw.hset(`${prefix}:worker:broken`, {
        endpoint: 'ws://h:2',
        status: '??',
        models_loaded: '{',
        capacity: 'x',
      });
      const workers = await fleet.workers();
      expect(workers.find(({ id }) => id === 'seed')).toMatchObject({ capacity: 4, models: [], pid: 0 });
      expect(workers.find(({ id }) => id === 'broken')).toMatchObject({
        status: 'offline',
        models: [],
        capacity: 0,
      });
      expect(workers).toHaveLength(2);
      await raw.xadd(`${prefix}:events`, '*', 'type', 'something.else');
      await raw.xadd(`${prefix}:events`, '*', 'type', 'reject', 'extra', '1');
      const stop = new AbortController();
      const first = await fleet.watch(stop.signal, 10)[Symbol.asyncIterator]().next();
      expect((first.value as FleetEvent).type).toBe('reject');
      stop.abort();
    }));

  it('[REG-29] every key is one of the table, below the prefix', () =>
    withRegistry(async ({ registration, ledger, snapshots }, prefix) => {
      const keys = createKeys(prefix);
      const [w, s] = [workerId('w1'), sessionId(1)];
      const before = new Set(await raw.keys('*'));
      await registration.register(workerInfo('w1'), LONG_MS);
      await ledger.reserve(w, sessionInfo(1), { leaseMs: LONG_MS });
      await snapshots.publish('worker:w1', '{}');
      await ledger.sweep();
      const fixed = [
        keys.workers,
        keys.activeSessions,
        keys.workerLeases,
        keys.sessionLeases,
        keys.snapshotLeases,
      ];
      const named = [keys.events, keys.snapshot, keys.worker(w), keys.workerSessions(w), keys.session(s)];
      const created = (await raw.keys('*')).filter((key) => !before.has(key));
      expect(created.sort()).toEqual([...fixed, ...named].sort());
    }));
});

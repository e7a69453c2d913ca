/** Failover of the Redis itself: master, replica and three Sentinels as real processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import type { SessionView, WorkerView } from '../../src/registry/ports.ts';
import { NO_WISH } from '../../src/registry/worker-standing.ts';
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
import { hasRedis } from '../support/redis.ts';
import { type SentinelFleet, startSentinelFleet } from '../support/sentinel.ts';

const PREFIX = 'sentinel-test';
const LEASE_MS = 60_000;
const SESSION = sessionId(1);
/** From the promotion until requests work again. */
const BACK_WITHIN_MS = 5000;

describe.skipIf(!hasRedis)('behind Sentinel', { timeout: 40_000 }, () => {
  let fleet: SentinelFleet;
  let cluster: Cluster;
  let stop: AbortController;

  const open = (redisUrl: string): Promise<Cluster> =>
    openRegistry({ redisUrl, prefix: PREFIX, connectTimeoutMs: 3000, name: 'sentinel-test' });

  beforeEach(async () => {
    stop = new AbortController();
    fleet = await startSentinelFleet();
    cluster = await open(fleet.url);
  }, 30_000);
  afterEach(async () => {
    stop.abort();
    await cluster.stop();
    await fleet.stop();
  });

  /** Repeats `request` until it is answered; each refusal has to come quickly. Ms until the answer. */
  async function answered<T>(request: () => Promise<T>): Promise<number> {
    const startMs = performance.now();
    for (;;) {
      const askedMs = performance.now();
      const outcome = await request().then(
        () => 'answered' as const,
        (error: unknown) => error,
      );
      if (outcome === 'answered') return performance.now() - startMs;
      expect(outcome).toMatchObject({ code: 'registry_unavailable' });
      expect(performance.now() - askedMs).toBeLessThan(2000);
      await sleep(20);
    }
  }

  /** Reads fleet events from the next one on until one has `reason`. */
  async function watchFor(reason: string): Promise<void> {
    for await (const event of cluster.registry.fleet.watch(stop.signal, 1))
      if (event.reason === reason) return;
    throw new Error(`the watch ended without ${reason}`);
  }

  /** Owners say again what they hold, as each beat and each renewal does. */
  async function ownersRepeat(): Promise<void> {
    const { registration, ledger } = cluster.registry;
    const info = workerInfo('w1');
    if ((await registration.beat(info, LEASE_MS)) === 'unknown') await registration.register(info, LEASE_MS);
    expect(await ledger.renew(GATEWAY, [renewal(1, 'w1')], LEASE_MS)).toEqual(ALL_RENEWED);
  }

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    '[REG-31] %s of the master: requests fail fast, work within 5 s of the promotion, and state and readers go on',
    async (signal) => {
      const { registry, bus } = cluster;
      await registry.registration.register(workerInfo('w1'), LEASE_MS);
      await registry.ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LEASE_MS });
      await bus.journal.append(SESSION, { seq: 1, json: '{}' });
      const watching = watchFor('after');
      const entries = bus.journal.follow(SESSION, 0, stop.signal)[Symbol.asyncIterator]();
      const messages = bus.channels.subscribe('news', stop.signal)[Symbol.asyncIterator]();
      expect((await entries.next()).value).toMatchObject({ seq: 1 });

      fleet.signalMaster(signal);
      await expect(registry.ledger.workers()).rejects.toMatchObject({ code: 'registry_unavailable' });
      const working = answered(() => registry.ledger.note({ type: 'reject', reason: 'after' }));
      await fleet.promoted();
      const promotedMs = performance.now();
      await working;
      expect(performance.now() - promotedMs).toBeLessThan(BACK_WITHIN_MS);

      await ownersRepeat();
      expect(await registry.ledger.sweep()).toEqual([]);
      const [worker] = await registry.ledger.workers();
      expect(worker).toMatchObject({ id: 'w1', status: 'ready', activeSessions: 1 });
      expect(await registry.fleet.sessions()).toMatchObject([{ id: SESSION, workerId: 'w1', epoch: 1 }]);

      await watching;
      await answered(() => bus.journal.append(SESSION, { seq: 2, json: '{}' }));
      expect((await entries.next()).value).toMatchObject({ seq: 2 });
      const heard = messages.next().then(() => true);
      do await bus.channels.publish('news', 'after');
      while (!(await Promise.race([heard, sleep(50, false)])));
    },
  );

  it('[REG-32] writes that only the cut-off master took are repaired by one renewal, and no worker has too many', async () => {
    const { registry } = cluster;
    for (const id of ['w1', 'w2']) await registry.registration.register(workerInfo(id), LEASE_MS);
    await registry.ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LEASE_MS });
    await replicated(fleet.directUrl);

    fleet.relay.discard();
    const cutOff = await open(fleet.directUrl);
    // The side of the old master: session 2 begins on w1, session 1 moves from w1 to w2.
    const there = (worker: string, number: number, epoch = 1): Promise<string> =>
      cutOff.registry.ledger.reserve(workerId(worker), sessionInfo(number, { epoch }), { leaseMs: LEASE_MS });
    expect(await there('w1', 2)).toBe('reserved');
    expect(await there('w2', 1, 2)).toBe('reserved');

    // The side of the new one knows neither: to it w1 holds session 1, and w2 nothing.
    await fleet.promoted();
    const here = (worker: string, number: number): Promise<string> =>
      registry.ledger.reserve(workerId(worker), sessionInfo(number), { leaseMs: LEASE_MS });
    await answered(() => here('w1', 3));
    expect(await here('w1', 4)).toBe('full');
    expect(await here('w2', 4)).toBe('reserved');
    // Granted once too often. The worker has the last word: it holds 1 and 4, so it refuses 5, whose gateway lets go.
    expect(await here('w2', 5)).toBe('reserved');
    expect(await registry.ledger.release(progress(5), 'error', 'not_started')).toBe('released');

    fleet.relay.healAndReset();
    await fleet.demoted();
    // Of w2, which has room: a full worker can be told of without a write.
    await expect(there('w2', 6)).rejects.toMatchObject({ code: 'registry_unavailable' });
    await cutOff.stop();
    for (const id of ['w1', 'w2'])
      expect(await registry.registration.beat(workerInfo(id), LEASE_MS)).toEqual(NO_WISH);
    const held = [renewal(2, 'w1'), renewal(1, 'w2', { epoch: 2 }), renewal(3, 'w1'), renewal(4, 'w2')];
    expect(await registry.ledger.renew(GATEWAY, held, LEASE_MS)).toEqual(ALL_RENEWED);
    expect(await registry.ledger.sweep()).toEqual([]);
    expect(await holders()).toEqual({ w1: [2, 3].map(sessionId), w2: [1, 4].map(sessionId) });
    for (const worker of await registry.ledger.workers()) {
      expect(worker).toMatchObject({
        activeSessions: 2,
        capacity: 2,
        status: 'busy',
      } satisfies Partial<WorkerView>);
    }
    const moved: Partial<SessionView> = { workerId: workerId('w2'), epoch: 2 };
    expect(await registry.fleet.session(SESSION)).toMatchObject(moved);
  });

  it('[REG-31] a Sentinel that is gone is no trouble, and nothing is written to stderr', async () => {
    const printed = vi.spyOn(console, 'error');
    await fleet.killSentinel();
    const another = await open(fleet.url);
    fleet.signalMaster('SIGKILL');
    await fleet.promoted();
    await answered(() => another.registry.ledger.workers());
    await another.stop();
    expect(printed).not.toHaveBeenCalled();
  });

  it('[REG-24] a name the Sentinels do not know: config_invalid', async () => {
    await expect(open(`${fleet.url}-not`)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('no master of that name') as string,
    });
  });

  /** Sessions in the set of each worker, as the new master has them. */
  async function holders(): Promise<Record<string, string[]>> {
    const raw = new Redis(fleet.replicaUrl, { protocol: 2 });
    const of = async (id: string): Promise<string[]> =>
      (await raw.smembers(`${PREFIX}:worker:${id}:sessions`)).sort();
    const sets = { w1: await of('w1'), w2: await of('w2') };
    raw.disconnect();
    return sets;
  }
});

/** Waits until the replica has what was written. */
async function replicated(url: string): Promise<void> {
  const raw = new Redis(url, { protocol: 2 });
  expect(await raw.wait(1, 3000)).toBe(1);
  raw.disconnect();
}

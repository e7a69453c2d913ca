/** What operators wish of a worker, in a Redis that comes back without it. */
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry } from '../../src/app/open-registry.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import type { Registry, WorkerView } from '../../src/registry/ports.ts';
import { createRegistration, type Registration } from '../../src/worker/registration.ts';
import { sessionInfo, workerId, workerInfo } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const BEAT_MS = 50;
const LONG_MS = 60_000;
const W1 = workerId('w1');

describe.skipIf(!hasRedis)('a worker whose Redis forgets', () => {
  let redis: RedisServer;
  let raw: Redis;
  let prefix: string;
  let registry: Registry;
  let registration: Registration;
  let drains: number;
  let beats: (() => void)[];

  beforeAll(async () => {
    redis = await startRedis();
    raw = new Redis(redis.url, { protocol: 2 });
  });
  afterAll(async () => {
    raw.disconnect();
    await redis.stop();
  });

  beforeEach(async () => {
    prefix = redis.prefix();
    const where = { redisUrl: redis.url, prefix, connectTimeoutMs: 3000, name: 'test', clock: systemClock };
    ({ registry } = await openRegistry(where));
    drains = 0;
    beats = [];
    registration = createRegistration({
      registration: registry.registration,
      clock: systemClock,
      log: silentLogger,
      beatMs: BEAT_MS,
      info: () => workerInfo('w1'),
      onBeat() {
        for (const heard of beats.splice(0)) heard();
        return Promise.resolve();
      },
      onDrainWish: () => void (drains += 1),
    });
    await registration.start();
  });
  afterEach(async () => {
    await registration.stop();
    await registry.stop();
  });

  const nextBeat = (): Promise<void> => new Promise((resolve) => beats.push(resolve));
  /** A beat that began after now has been answered. */
  const aWholeBeat = async (): Promise<void> => {
    await nextBeat();
    await nextBeat();
  };
  const wish = async (kind: 'none' | 'cordon' | 'drain'): Promise<void> => {
    expect(await registry.control.wishWorker(W1, kind)).toBe('asked');
    await aWholeBeat();
  };
  const worker = async (): Promise<WorkerView | undefined> => (await registry.fleet.workers())[0];
  const reserve = (session: number): Promise<string> =>
    registry.ledger.reserve(W1, sessionInfo(session), { leaseMs: LONG_MS });

  it('[CTL-16] is cordoned again before it is given a session, and uncordon wins afterwards', async () => {
    await wish('cordon');
    const before = await worker();
    await raw.flushall();
    // Whoever asks while it is away, or at the very moment it is back, gets no slot.
    const asked: string[] = [];
    const isBack = aWholeBeat();
    for (let session = 1; (await worker()) === undefined; session += 1) asked.push(await reserve(session));
    asked.push(await reserve(1001));
    await isBack;
    expect(await worker()).toMatchObject({ wish: 'cordon', status: 'busy', wishedAt: before?.wishedAt });
    expect(asked).not.toContain('reserved');
    await wish('none');
    expect(await worker()).toMatchObject({ wish: 'none', status: 'ready' });
    expect(await reserve(2)).toBe('reserved');
    await raw.flushall();
    await aWholeBeat();
    expect(await worker(), 'what was taken back stays so').toMatchObject({ wish: 'none', status: 'ready' });
  });

  it('[CTL-16] learns of a cordon that an older state of Redis brings back, and overrules it', async () => {
    await wish('cordon');
    const older = await raw.dumpBuffer(`${prefix}:worker:w1`);
    await wish('none');
    await raw.restore(`${prefix}:worker:w1`, 0, older, 'REPLACE');
    await aWholeBeat();
    expect(await worker()).toMatchObject({ wish: 'none', status: 'ready' });
  });

  it('[CTL-16] [CTL-17] drains on, and is not asked to begin twice', async () => {
    await wish('drain');
    expect(drains).toBe(1);
    await registration.drain();
    await raw.flushall();
    await aWholeBeat();
    expect(await worker()).toMatchObject({ status: 'draining', wish: 'drain' });
    expect(drains).toBe(1);
    const types = (await registry.fleet.events(10)).map(({ type }) => type);
    expect(types, 'never ready in between').toEqual(['worker.draining']);
  });

  it('[CTL-17] drains on when Redis came back as it was before', async () => {
    const older = await raw.dumpBuffer(`${prefix}:worker:w1`);
    await registration.drain();
    await raw.restore(`${prefix}:worker:w1`, 0, older, 'REPLACE');
    expect(await worker()).toMatchObject({ status: 'ready' });
    await aWholeBeat();
    expect(await worker()).toMatchObject({ status: 'draining' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster } from '../support/cluster.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { workerInfo } from '../support/fleet.ts';
import { createScriptedEngine } from '../support/scripted-engine.ts';
import { startScriptedWorker } from '../support/scripted-worker.ts';

/** Below what is left of a lease when Redis answers again. */
const SOON_MS = 5000;

describe.skipIf(!hasRedis)('the slot of a session that ends, or does not begin, while Redis hangs', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('[CTL-9] is free soon after Redis answers again', async () => {
    const cluster = await startCluster({ engine: createScriptedEngine(), redis });
    try {
      const client = await cluster.begin();
      redis.freeze();
      client.send({ type: 'end' });
      await client.closed;
      // The session is over once the first try has failed: each request is given up after 2 s.
      await expect.poll(() => cluster.gateway.sessionCount, { timeout: 6000 }).toBe(0);
      redis.thaw();
      await expect
        .poll(() => cluster.activeSessions().catch(() => -1), { timeout: SOON_MS, interval: 50 })
        .toBe(0);
    } finally {
      redis.thaw();
      await cluster.stop();
    }
  }, 20_000);

  it('[CTL-9] is free soon after Redis answers again, also when it never began', async () => {
    const cluster = await startCluster({ engine: createScriptedEngine(), workers: 0, redis });
    const worker = await startScriptedWorker((link) => {
      redis.freeze();
      link.refuse('language_unsupported', 4400);
    });
    try {
      const info = workerInfo('w1', { endpoint: worker.url });
      await cluster.registry.registration.register(info, 60_000);
      const client = await cluster.connect();
      expect(await client.heard('error')).toMatchObject({ code: 'language_unsupported' });
      redis.thaw();
      await expect
        .poll(() => cluster.activeSessions().catch(() => -1), { timeout: SOON_MS, interval: 50 })
        .toBe(0);
    } finally {
      redis.thaw();
      await cluster.stop();
      await worker.stop();
    }
  }, 20_000);
});

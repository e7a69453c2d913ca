import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownNames } from '../../src/app/known-names.ts';
import { openRegistry } from '../../src/app/open-registry.ts';
import { type Population, populate } from '../support/populate.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const PATIENCE_MS = 5000;

describe.skipIf(!hasRedis)('names of a cluster', () => {
  let redis: RedisServer;
  let population: Population;
  let stop: () => Promise<void>;
  const prefix = 'names';

  beforeAll(async () => {
    redis = await startRedis();
    const cluster = await openRegistry({ redisUrl: redis.url, prefix, connectTimeoutMs: 2000, name: 'test' });
    stop = () => cluster.stop();
    population = await populate(cluster.registry, { workers: 2, sessions: 1 });
  });
  afterAll(async () => {
    population.stop();
    await stop();
    await redis.stop();
  });

  it('[CMD-8] are those of the cluster that the flags name', async () => {
    const flags = { redis: redis.url, prefix };
    expect(await knownNames({ of: 'worker', flags, timeoutMs: PATIENCE_MS })).toEqual([
      { name: 'w-1', about: 'ready' },
      { name: 'w-2', about: 'ready' },
    ]);
    expect(await knownNames({ of: 'session', flags, timeoutMs: PATIENCE_MS })).toEqual([
      { name: 'sess_000000000000', about: 'on w-1' },
    ]);
    const elsewhere = { ...flags, prefix: 'elsewhere' };
    expect(await knownNames({ of: 'worker', flags: elsewhere, timeoutMs: PATIENCE_MS })).toEqual([]);
  });

  it('[CMD-9] are none when Redis takes the connection and says nothing', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const flags = { redis: `redis://127.0.0.1:${port}`, prefix };
    expect(await knownNames({ of: 'worker', flags, timeoutMs: 50 })).toEqual([]);
    silent.close();
  });
});

describe('names of this machine', () => {
  it.each([
    ['setting', 'worker.listen'],
    ['schema', 'workers'],
    ['error', 'RT1013'],
    ['error', 'no_capacity'],
  ] as const)('[CMD-8] a %s: %s', async (of, name) => {
    const names = await knownNames({ of, flags: {}, timeoutMs: PATIENCE_MS });
    expect(names.map((each) => each.name)).toContain(name);
  });

  it('[CMD-9] are none when a setting cannot be used', async () => {
    expect(await knownNames({ of: 'worker', flags: { redis: 'no url' }, timeoutMs: 50 })).toEqual([]);
  });
});

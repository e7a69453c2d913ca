import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, openFaultProxy } from '../../../src/chaos/proxy/fault-proxy.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis.ts';

describe.skipIf(!hasRedis)('Redis behind the proxy', () => {
  let server: RedisServer;
  let proxy: FaultProxy;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    proxy = await openFaultProxy({ upstream: { host: '127.0.0.1', port: server.port } });
    redis = new Redis({ port: proxy.port, commandTimeout: 400, retryStrategy: () => 50 });
    redis.on('error', () => {});
    await redis.ping();
  });
  afterEach(async () => {
    redis.disconnect();
    await proxy.close();
  });

  it('[CHA-46] answers are whole through slices, duplicates of nothing and latency', async () => {
    proxy.add({ kind: 'slicer', bytes: 3, jitter: 2 });
    proxy.add({ kind: 'latency', ms: 5, jitter_ms: 5 });
    proxy.add({ kind: 'duplicate' });
    proxy.add({ kind: 'reorder' });
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => redis.set(key, `value of ${key}`)));
    expect(await redis.mget(keys)).toEqual(keys.map((key) => `value of ${key}`));
  });

  it('[CHA-18] a partition is a command that times out, and a reset once it heals', async () => {
    await redis.set('before', '1');
    const { remove } = proxy.add({ kind: 'partition' });
    await expect(redis.get('before')).rejects.toThrow('timed out');
    const reconnected = new Promise((resolve) => redis.once('ready', resolve));
    await remove();
    await reconnected;
    expect(await redis.get('before')).toBe('1');
  });

  it('[CHA-17] down is a refused connection until it is taken away', async () => {
    const refused = new Promise<string>((resolve) => {
      redis.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') resolve(error.code);
      });
    });
    const { remove } = proxy.add({ kind: 'down' });
    expect(await refused).toBe('ECONNREFUSED');
    const reconnected = new Promise((resolve) => redis.once('ready', resolve));
    await remove();
    await reconnected;
    expect(await redis.ping()).toBe('PONG');
  });
});

/** A Redis that answers every question and refuses every write. */
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/app/gateway.ts';
import type { RunningProcess } from '../../src/app/ports.ts';
import { startRouter } from '../../src/app/router.ts';
import { gatewayOptions, routerOptions } from '../support/processes.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

describe.skipIf(!hasRedis)('a Redis without memory', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const readyz = async ({ http }: RunningProcess): Promise<unknown> => {
    const response = await fetch(`${http}/readyz`);
    return { status: response.status, ...((await response.json()) as object) };
  };
  const metrics = async ({ http }: RunningProcess): Promise<string> =>
    (await fetch(`${http}/metrics`)).text();

  it('[MET-4] [MET-7] makes gateways and routers unready, and ready again once there is room', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'noeviction']);
    cleanups.push(() => redis.stop());
    const where = { redisUrl: redis.url, prefix: redis.prefix() };
    const gateway = await startGateway(gatewayOptions(where));
    cleanups.push(() => gateway.stop('the test is over'));
    const router = await startRouter(routerOptions(where));
    cleanups.push(() => router.stop('the test is over'));
    const admin = new Redis(redis.url);
    cleanups.push(() => admin.disconnect());
    const processes = [gateway, router];
    const states = () => Promise.all(processes.map(readyz));
    const ready = processes.map(() => ({ status: 200, ready: true }));
    expect(await states()).toEqual(ready);
    expect(await metrics(router)).toMatch(/^rt_fleet_up 1$/m);

    await admin.config('SET', 'maxmemory', '1mb');
    await expect(admin.set('anything', 'x')).rejects.toThrow('OOM');
    const reason = expect.stringMatching(/^Redis answers but has taken no write for 1\d s/);
    await expect
      .poll(states, { timeout: 15_000, interval: 500 })
      .toEqual(processes.map(() => ({ status: 503, ready: false, reason })));
    expect(await metrics(router)).toMatch(/^rt_fleet_up 0$/m);

    await admin.config('SET', 'maxmemory', '0');
    await expect.poll(states, { timeout: 5000, interval: 200 }).toEqual(ready);
    expect(await metrics(router)).toMatch(/^rt_fleet_up 1$/m);
  }, 40_000);
});

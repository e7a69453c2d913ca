/** A master that the Sentinels have replaced and that goes on answering: connections leave it all the same. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type ScriptedSentinel, startScriptedSentinel } from '../support/scripted-sentinel.ts';

const PREFIX = 'switch';

describe.skipIf(!hasRedis)('connections behind Sentinel', () => {
  let old: RedisServer;
  let next: RedisServer;
  let sentinel: ScriptedSentinel;
  let cluster: Cluster;

  beforeEach(async () => {
    [old, next] = await Promise.all([startRedis(), startRedis()]);
    sentinel = await startScriptedSentinel(old.port);
    const { url } = sentinel;
    cluster = await openRegistry({ redisUrl: url, prefix: PREFIX, connectTimeoutMs: 3000, name: 'moving' });
    while (sentinel.subscribers() === 0) await sleep(10);
  });
  afterEach(async () => {
    await cluster.stop();
    await sentinel.stop();
    await Promise.all([old.stop(), next.stop()]);
  });

  /** Connections of the process to a server. */
  async function connected(server: RedisServer): Promise<number> {
    const raw = new Redis(server.url, { protocol: 2 });
    const list = (await raw.client('LIST')) as string;
    raw.disconnect();
    return list.split('\n').filter((line) => line.includes(' name=moving ')).length;
  }

  it('[REG-31] all move: requests, blocking reads and subscriptions', async () => {
    const stop = new AbortController();
    const { registry, bus } = cluster;
    const event = registry.fleet.watch(stop.signal, 1)[Symbol.asyncIterator]().next();
    const message = bus.channels.subscribe('news', stop.signal)[Symbol.asyncIterator]().next();
    while ((await connected(old)) < 3) await sleep(10);

    sentinel.point(next.port);
    sentinel.announce(next.port);
    while ((await connected(next)) < 3) await sleep(10);
    expect(await connected(old)).toBe(0);

    const writer = await openRegistry({
      redisUrl: next.url,
      prefix: PREFIX,
      connectTimeoutMs: 3000,
      name: 'w',
    });
    await writer.registry.ledger.note({ type: 'reject', reason: 'on the new one' });
    expect((await event).value).toMatchObject({ reason: 'on the new one' });
    const heard = message.then(() => true);
    do await writer.bus.channels.publish('news', 'x');
    while (!(await Promise.race([heard, sleep(20, false)])));
    await writer.stop();
    stop.abort();
  });

  it('[REG-31] news of another master, or of the one they are at, disturbs none', async () => {
    const asked = sentinel.asked();
    for (let i = 0; i < 20; i += 1) {
      sentinel.announce(next.port, 'another');
      sentinel.announce(old.port);
      await cluster.registry.ledger.note({ type: 'reject', reason: String(i) });
    }
    expect(sentinel.asked()).toBe(asked);
    expect(await connected(old)).toBe(1);
  });
});

/** Readers whose connection is cut, or goes silent without a word: what they hear afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { type DiscardingRelay, startDiscardingRelay } from '../support/discarding-relay.ts';
import { sessionId } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const SESSION = sessionId(1);

describe.skipIf(!hasRedis)('a reader that loses its connection', () => {
  let server: RedisServer;
  let relay: DiscardingRelay;
  /** Through the relay. */
  let reading: Cluster;
  /** Past it. */
  let writing: Cluster;
  let raw: Redis;
  let stop: AbortController;

  beforeEach(async () => {
    server = await startRedis();
    relay = await startDiscardingRelay(server.port);
    stop = new AbortController();
    const where = { prefix: server.prefix(), connectTimeoutMs: 2000, name: 'test' };
    reading = await openRegistry({ ...where, redisUrl: `redis://127.0.0.1:${relay.port}` });
    writing = await openRegistry({ ...where, redisUrl: server.url });
    raw = new Redis(server.url, { protocol: 2 });
  });
  afterEach(async () => {
    stop.abort();
    raw.disconnect();
    await reading.stop();
    await writing.stop();
    await relay.stop();
    await server.stop();
  });

  /** A subscription that is known to work. Its `next` publishes until something arrives, and says how long that took. */
  async function subscription(): Promise<{ next: () => Promise<number> }> {
    const messages = reading.bus.channels.subscribe('news', stop.signal)[Symbol.asyncIterator]();
    const next = async (): Promise<number> => {
      const startMs = performance.now();
      const heard = messages.next().then(() => true);
      do await writing.bus.channels.publish('news', 'x');
      while (!(await Promise.race([heard, sleep(50, false)])));
      return performance.now() - startMs;
    };
    await next();
    return { next };
  }

  it('[BUS-9] [REG-19] misses a server that fell silent, dials again, and followers lose nothing', async () => {
    const { next } = await subscription();
    const entries = reading.bus.journal.follow(SESSION, 0, stop.signal)[Symbol.asyncIterator]();
    await writing.bus.journal.append(SESSION, { seq: 1, json: '{}' });
    expect((await entries.next()).value).toMatchObject({ seq: 1 });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { reason = '' } of reading.registry.fleet.watch(stop.signal, 1)) {
        seen.push(reason);
        if (reason === 'last') return;
      }
    })();
    await writing.registry.ledger.note({ type: 'reject', reason: 'first' });
    while (seen.length === 0) await sleep(10);

    relay.discard();
    await writing.bus.journal.append(SESSION, { seq: 2, json: '{}' });
    await writing.registry.ledger.note({ type: 'reject', reason: 'meanwhile' });
    await sleep(100);
    relay.heal();
    await writing.bus.journal.append(SESSION, { seq: 3, json: '{}' });
    await writing.registry.ledger.note({ type: 'reject', reason: 'last' });
    const missed = entries.next();
    expect(await next()).toBeLessThan(6500);
    await watching;
    expect(seen).toEqual(['first', 'meanwhile', 'last']);
    expect((await missed).value).toMatchObject({ seq: 2 });
    expect((await entries.next()).value).toMatchObject({ seq: 3 });
  });

  it('[BUS-8] goes on when Redis cuts all subscribers', async () => {
    const { next } = await subscription();
    for (let round = 0; round < 3; round += 1) {
      expect(await raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1);
      expect(await next()).toBeLessThan(2000);
    }
  });

  it('[BUS-8] goes on when Redis cuts it for having too much to send, and the journal has what was lost', async () => {
    const { next } = await subscription();
    await raw.call('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 4096 4096 1');
    const tooLong = 'x'.repeat(200_000);
    await writing.bus.journal.append(SESSION, { seq: 1, json: JSON.stringify(tooLong) });
    await writing.bus.channels.publish('news', tooLong);
    expect(await next()).toBeLessThan(2000);
    expect(await reading.bus.journal.read(SESSION, 0)).toEqual([{ seq: 1, json: JSON.stringify(tooLong) }]);
  });
});

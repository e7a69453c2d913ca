import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import type { Bus } from '../../src/bus/ports.ts';
import { createRedisBus } from '../../src/bus/redis-bus.ts';
import { createKeys } from '../../src/registry/keys.ts';
import { createRedisConnections } from '../../src/registry/redis.ts';
import { describeBus } from '../contract/bus-contract.ts';
import { sessionId } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const SESSION = sessionId(1);

describe.skipIf(!hasRedis)('redis bus', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  async function open(prefix: string): Promise<{ bus: Bus; close: () => Promise<void> }> {
    const connections = createRedisConnections({ url: server.url, clock: systemClock, logger: silentLogger });
    await connections.connect(2000);
    const bus = createRedisBus({
      redis: connections.commands,
      openConnection: connections.open,
      journalKey: createKeys(prefix).journal,
      clock: systemClock,
    });
    const close = async (): Promise<void> => {
      await bus.stop();
      connections.stop();
    };
    return { bus, close };
  }

  describeBus('redis', async () => {
    const prefix = server.prefix();
    return { ...(await open(prefix)), channelPrefix: prefix, advance: (ms) => sleep(ms) };
  });

  it('[BUS-1] entries carry the sequence number as their id and are about 1,000', async () => {
    const prefix = server.prefix();
    const { bus, close } = await open(prefix);
    const raw = new Redis(server.url, { protocol: 2 });
    for (let seq = 1; seq <= 1300; seq += 1) await bus.journal.append(SESSION, { seq, json: '{}' });
    const key = `${prefix}:session:${SESSION}:events`;
    expect(await raw.xlen(key)).toBeLessThan(1200);
    expect((await raw.xrevrange(key, '+', '-', 'COUNT', 1))[0]).toEqual(['1300-0', ['event', '{}']]);
    raw.disconnect();
    await close();
  });

  it('[BUS-7] [BUS-8] while Redis is away requests reject at once; when it is back readers go on', async () => {
    const { bus, close } = await open(server.prefix());
    const stop = new AbortController();
    const messages = bus.channels.subscribe('news', stop.signal)[Symbol.asyncIterator]();
    const entries = bus.journal.follow(SESSION, 0, stop.signal)[Symbol.asyncIterator]();
    await bus.journal.append(SESSION, { seq: 1, json: '{}' });
    expect((await entries.next()).value).toMatchObject({ seq: 1 });
    await server.kill();
    await sleep(50);
    const startMs = performance.now();
    const refused = [
      bus.journal.append(SESSION, { seq: 2, json: '{}' }),
      bus.journal.read(SESSION, 0),
      bus.journal.expire(SESSION, 1),
      bus.channels.publish('news', 'lost'),
    ];
    for (const request of refused)
      await expect(request).rejects.toMatchObject({ code: 'registry_unavailable' });
    expect(performance.now() - startMs).toBeLessThan(2000);

    await server.restartEmpty();
    const both = Promise.all([entries.next(), messages.next()]);
    let seq = 3;
    do {
      await bus.journal.append(SESSION, { seq, json: '{}' }).catch(() => {});
      await bus.channels.publish('news', 'back').catch(() => {});
      seq += 1;
    } while (!(await Promise.race([both.then(() => true), sleep(20, false)])));
    const [entry, message] = await both;
    expect((entry.value as { seq: number }).seq).toBeGreaterThanOrEqual(3);
    expect(message.value).toEqual({ channel: 'news', message: 'back' });
    stop.abort();
    await close();
  });
});

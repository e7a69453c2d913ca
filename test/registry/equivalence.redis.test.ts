/** Random histories on both registries: every answer and every state must be the same. */
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createKeys } from '../../src/registry/keys.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { Registry } from '../../src/registry/ports.ts';
import { createRedisConnections, type RedisConnections } from '../../src/registry/redis.ts';
import { createRedisRegistry } from '../../src/registry/redis-registry.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { histories, type Model, type Real, timeless } from './registry-commands.ts';

const HISTORIES = 150;
const LONGEST = 40;

async function eventsOf(registry: Registry): Promise<string[]> {
  await registry.ledger.note({ type: 'reject', reason: 'last' });
  const seen: string[] = [];
  for await (const event of registry.fleet.watch(new AbortController().signal, 10_000)) {
    if (event.reason === 'last') break;
    seen.push(timeless(event));
  }
  return seen.sort();
}

describe.skipIf(!hasRedis)('memory and Redis', () => {
  let server: RedisServer;
  let connections: RedisConnections;
  let raw: Redis;

  beforeAll(async () => {
    server = await startRedis();
    connections = createRedisConnections({ url: server.url, clock: systemClock, logger: silentLogger });
    await connections.connect(2000);
    raw = new Redis(server.url, { protocol: 2 });
  });
  afterAll(async () => {
    raw.disconnect();
    connections.stop();
    await server.stop();
  });

  function open(): { model: Model; real: Real } {
    const prefix = server.prefix();
    const clock = createFakeClock();
    const redis = createRedisRegistry({ connections, clock: systemClock, prefix });
    return {
      model: { memory: createMemoryRegistry({ clock }), clock },
      real: { redis, raw, keys: createKeys(prefix) },
    };
  }

  it('[REG-26] [REG-4] [REG-6] [REG-9] [REG-10] [CTL-2] [CTL-3] [CTL-6] give the same answers, show the same state, keep the invariants', async () => {
    await fc.assert(
      fc.asyncProperty(histories(LONGEST), async (commands) => {
        const both = open();
        await fc.asyncModelRun(() => both, commands);
        expect(await eventsOf(both.real.redis)).toEqual(await eventsOf(both.model.memory));
      }),
      { numRuns: HISTORIES },
    );
  }, 60_000);
});

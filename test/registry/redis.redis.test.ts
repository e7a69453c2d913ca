/** What happens when Redis is wrong, gone, frozen or empty. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { RtError } from '../../src/base/errors.ts';
import { type LogFields, type Logger, silentLogger } from '../../src/base/log.ts';
import type { FleetEvent, Registry } from '../../src/registry/ports.ts';
import { createRedisConnections, type RedisConnections } from '../../src/registry/redis.ts';
import { createRedisRegistry } from '../../src/registry/redis-registry.ts';
import {
  ALL_RENEWED,
  GATEWAY,
  renewal,
  sessionId,
  sessionInfo,
  workerId,
  workerInfo,
} from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const LONG_MS = 60_000;

describe.skipIf(!hasRedis)('redis connections', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(args: readonly string[] = []): Promise<RedisServer> {
    const server = await startRedis(args);
    cleanups.push(() => server.stop());
    return server;
  }

  function connectTo(
    url: string,
    logger: Logger = silentLogger,
  ): { connections: RedisConnections; registry: Registry } {
    const connections = createRedisConnections({ url, clock: systemClock, logger });
    const registry = createRedisRegistry({ connections, clock: systemClock });
    cleanups.push(() => registry.stop());
    return { connections, registry };
  }

  async function refusal(url: string, timeoutMs = 1000): Promise<RtError> {
    const error: unknown = await connectTo(url)
      .registry.connect(timeoutMs)
      .catch((caught: unknown) => caught);
    return error as RtError;
  }

  /** Ms until a request is answered or refused, and how. */
  async function timed(request: Promise<unknown>): Promise<{ tookMs: number; outcome: unknown }> {
    const startMs = performance.now();
    const outcome: unknown = await request.catch((error: unknown) => error);
    return { tookMs: performance.now() - startMs, outcome };
  }

  async function untilAnswered(registry: Registry): Promise<void> {
    for (;;) {
      if (
        await registry.fleet.workers().then(
          () => true,
          () => false,
        )
      )
        return;
      await sleep(20);
    }
  }

  it('[REG-24] nobody there: redis_unreachable within the time given', async () => {
    const server = await start();
    await server.kill();
    const { tookMs, outcome } = await timed(connectTo(server.url).registry.connect(300));
    expect(outcome).toMatchObject({ code: 'redis_unreachable' });
    expect(tookMs).toBeLessThan(600);
  });

  it('[REG-24] a frozen server: redis_unreachable within the time given', async () => {
    const server = await start();
    server.freeze();
    expect(await refusal(server.url, 300)).toMatchObject({ code: 'redis_unreachable' });
    server.thaw();
  });

  it('[REG-24] Cluster: redis_unsupported', async () => {
    const server = await start([
      '--cluster-enabled',
      'yes',
      '--cluster-config-file',
      `/tmp/rt-nodes-${process.pid}.conf`,
    ]);
    expect(await refusal(server.url)).toMatchObject({ code: 'redis_unsupported' });
  });

  it('[REG-24] wrong or missing password, wrong database: config_invalid, without the password', async () => {
    const server = await start(['--requirepass', 'right']);
    const at = `127.0.0.1:${server.port}`;
    for (const url of [`redis://:s3cret@${at}`, `redis://${at}`, `redis://:right@${at}/999`]) {
      const error = await refusal(url);
      expect(error, url).toMatchObject({ code: 'config_invalid' });
      expect(error.message).not.toMatch(/s3cret|right@/);
    }
    await connectTo(`redis://:right@${at}/1`).registry.connect(1000);
  });

  it('[REG-33] a replica: redis_unsupported, with the address of its master', async () => {
    const master = await start();
    const replica = await start(['--replicaof', '127.0.0.1', String(master.port)]);
    const error = await refusal(replica.url);
    expect(error).toMatchObject({ code: 'redis_unsupported' });
    expect(error.message).toContain(`is a replica of 127.0.0.1:${master.port}`);
  });

  it('[REG-33] a Redis that may evict records is used, with a warning in the log', async () => {
    const server = await start(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
    const warned: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (message) => void warned.push(message),
      child: () => logger,
    };
    const { registry, connections } = connectTo(server.url, logger);
    await registry.connect(1000);
    expect(warned).toEqual([
      `Redis at ${connections.description} may throw away any record when memory is short (maxmemory-policy allkeys-lru)`,
    ]);
    expect(await connections.inspect()).toMatchObject([{ about: 'eviction', severity: 'warning' }]);
  });

  it('[REG-33] a full Redis refuses new sessions and still answers readers', async () => {
    const server = await start();
    const { registry, connections } = connectTo(server.url);
    await registry.connect(1000);
    await registry.registration.register(workerInfo('w1'), LONG_MS);
    await registry.ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS });
    await connections.commands.config('SET', 'maxmemory', '1');
    const claim = registry.ledger.reserve(workerId('w1'), sessionInfo(2), { leaseMs: LONG_MS });
    await expect(claim).rejects.toMatchObject({
      code: 'registry_unavailable',
      message: expect.stringMatching(/refuses a request: OOM/) as string,
    });
    expect(await registry.fleet.sessions()).toHaveLength(1);
    expect(await connections.inspect()).toMatchObject([{ about: 'memory', severity: 'warning' }]);
  });

  it('[REG-23] a killed server: requests fail at once, and work again when it is back', async () => {
    const server = await start();
    const logged: string[] = [];
    const note = (message: string, _fields?: LogFields): void => void logged.push(message);
    const logger: Logger = { ...silentLogger, warn: note, info: note, child: () => logger };
    const { registry } = connectTo(server.url, logger);
    await registry.connect(1000);
    await server.kill();
    await sleep(50);
    for (let i = 0; i < 3; i += 1) {
      const { tookMs, outcome } = await timed(registry.ledger.workers());
      expect(outcome).toMatchObject({ code: 'registry_unavailable' });
      expect(tookMs).toBeLessThan(200);
    }
    await server.restartEmpty();
    await untilAnswered(registry);
    expect(registry.silentForMs()).toBeLessThan(1000);
    expect(logged).toEqual(['redis does not answer, reconnecting', 'redis answers again']);
  });

  it('[REG-23] a frozen server: requests fail within 2 s and none is queued', async () => {
    const server = await start();
    const { registry } = connectTo(server.url);
    await registry.connect(1000);
    await registry.registration.register(workerInfo('w1'), LONG_MS);
    await sleep(20);
    server.freeze();
    const asked = Array.from({ length: 50 }, () => timed(registry.fleet.workers()));
    for (const { tookMs, outcome } of await Promise.all(asked)) {
      expect(outcome).toMatchObject({ code: 'registry_unavailable' });
      expect(tookMs).toBeLessThan(2000);
    }
    const later = await timed(registry.ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS }));
    expect(later.outcome).toMatchObject({ code: 'registry_unavailable' });
    expect(later.tookMs).toBeLessThan(2000);
    expect(registry.silentForMs()).toBeGreaterThan(1400);
    server.thaw();
    await untilAnswered(registry);
    expect(await registry.fleet.session(sessionId(1))).toBeUndefined();
  });

  it('[REG-22] an empty Redis is filled by its owners', async () => {
    const server = await start();
    const { registry } = connectTo(server.url);
    await registry.connect(1000);
    const { registration, ledger, fleet } = registry;
    await registration.register(workerInfo('w1'), LONG_MS);
    await ledger.reserve(workerId('w1'), sessionInfo(1, { epoch: 3 }), { leaseMs: LONG_MS });
    await server.restartEmpty();
    await untilAnswered(registry);
    expect(await registration.beat(workerInfo('w1'), LONG_MS)).toBe('unknown');
    expect(await ledger.renew(GATEWAY, [renewal(1, 'w1', { epoch: 3 })], LONG_MS)).toEqual(ALL_RENEWED);
    expect(await registration.register(workerInfo('w1'), LONG_MS)).toBe('registered');
    expect(await ledger.workers()).toEqual([expect.objectContaining({ id: 'w1', activeSessions: 1 })]);
    expect(await fleet.sessions()).toEqual([expect.objectContaining({ id: sessionId(1), epoch: 3 })]);
    expect(await ledger.sweep()).toEqual([]);
  });

  it('[REG-19] watch misses nothing when its connection is cut', async () => {
    const server = await start();
    const { registry } = connectTo(server.url);
    await registry.connect(1000);
    const raw = new Redis(server.url, { protocol: 2 });
    cleanups.push(() => raw.disconnect());
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of registry.fleet.watch(stop.signal, 1)) {
        seen.push((event satisfies FleetEvent).reason ?? '');
        if (seen.at(-1) === 'r30') return;
      }
    })();
    for (let i = 1; i <= 30; i += 1) {
      await registry.ledger.note({ type: 'reject', reason: `r${i}` });
      if (i === 1) while (seen.length === 0) await sleep(5);
      if (i % 10 === 0) await killBlockedClients(raw);
    }
    await watching;
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => `r${i + 1}`));
    stop.abort();
  });

  it('[REG-19] watch reads events that come close together at once', async () => {
    const server = await start();
    const { registry } = connectTo(server.url);
    await registry.connect(1000);
    const raw = new Redis(server.url, { protocol: 2 });
    cleanups.push(() => raw.disconnect());
    const startMs = performance.now();
    const watching = (async () => {
      let seen = 0;
      for await (const _ of registry.fleet.watch(new AbortController().signal, 1)) if (++seen === 60) return;
    })();
    for (let i = 0; i < 60; i += 1) {
      await registry.ledger.note({ type: 'reject', reason: 'no_capacity' });
      await sleep(20);
    }
    await watching;
    const reads = /cmdstat_xread:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1];
    expect(Number(reads)).toBeLessThanOrEqual((performance.now() - startMs) / 200 + 2);
  });

  async function killBlockedClients(raw: Redis): Promise<void> {
    const list = (await raw.client('LIST')) as string;
    const ids = list
      .split('\n')
      .filter((line) => /cmd=xread/.test(line))
      .map((line) => /^id=(\d+)/.exec(line)?.[1]);
    for (const id of ids) if (id !== undefined) await raw.client('KILL', 'ID', id);
  }

  it('a unix socket is as good as a port', async () => {
    const path = `/tmp/rt-redis-${process.pid}.sock`;
    await start(['--unixsocket', path]);
    const { registry } = connectTo(`unix://${path}`);
    await registry.connect(1000);
    expect(await registry.registration.register(workerInfo('w1'), LONG_MS)).toBe('registered');
  });
});

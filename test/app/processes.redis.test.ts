import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/app/gateway.ts';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import type { RunningProcess } from '../../src/app/ports.ts';
import { startRouter } from '../../src/app/router.ts';
import { superviseWorker } from '../../src/app/supervised-worker.ts';
import { startWorker } from '../../src/app/worker.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import { openStreamSession } from '../../src/client/stream-session.ts';
import type { FleetEvent } from '../../src/registry/ports.ts';
import { gatewayOptions, routerOptions, workerOptions } from '../support/processes.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

describe.skipIf(!hasRedis)('a process', () => {
  let redis: RedisServer;
  let where: { redisUrl: string; prefix: string };
  let cluster: Cluster;
  let running: { stop(reason: string): Promise<void> }[];

  /** Whatever a test starts is stopped after it. */
  async function keep<T extends { stop(reason: string): Promise<void> }>(start: Promise<T>): Promise<T> {
    const process = await start;
    running.push(process);
    return process;
  }

  const readyz = async ({ http }: RunningProcess): Promise<unknown> => (await fetch(`${http}/readyz`)).json();

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  beforeEach(async () => {
    running = [];
    where = { redisUrl: redis.url, prefix: redis.prefix() };
    cluster = await openRegistry({ ...where, connectTimeoutMs: 2_000, name: 'test' });
  });
  afterEach(async () => {
    for (const process of running.reverse()) await process.stop('the test is over');
    await cluster.stop();
  });

  async function nextEvent(
    type: FleetEvent['type'],
    afterwards: () => Promise<unknown>,
  ): Promise<FleetEvent> {
    const found = new AbortController();
    const events = cluster.registry.fleet.watch(AbortSignal.any([found.signal, AbortSignal.timeout(15_000)]));
    const waiting = (async () => {
      for await (const event of events) if (event.type === type) return event;
      throw new Error(`no ${type} came`);
    })();
    await afterwards();
    const event = await waiting;
    found.abort();
    return event;
  }

  describe('worker', () => {
    it('[MET-6] joins the fleet once it is warmed up, and leaves it', async () => {
      const worker = await keep(startWorker(workerOptions(where, { capacity: 'auto' })));
      const [view] = await cluster.registry.fleet.workers();
      expect(view).toMatchObject({
        id: worker.id,
        status: 'ready',
        endpoint: worker.url,
        models: ['rt-tiny-en-160ms', 'rt-tiny-en', 'fast'],
        pid: process.pid,
      });
      expect(view?.capacity).toBeGreaterThan(1);
      expect((await cluster.registry.fleet.snapshot()).has(`worker:${worker.id}`)).toBe(true);
      expect(await readyz(worker)).toEqual({ ready: true });

      await Promise.all([worker.stop('a'), worker.stop('b')]);
      expect((await cluster.registry.fleet.workers()).map(({ status }) => status)).toEqual([]);
      expect((await cluster.registry.fleet.snapshot()).has(`worker:${worker.id}`)).toBe(false);
      await expect(fetch(worker.http)).rejects.toThrow();
    });

    it('[MET-6] is not ready while it drains, and tells the fleet', async () => {
      const worker = await keep(startWorker(workerOptions(where)));
      expect(await worker.drain(5_000)).toBe('drained');
      expect(await readyz(worker)).toEqual({ ready: false, reason: 'draining' });
      expect((await cluster.registry.fleet.workers())[0]?.status).toBe('draining');
    });

    it('cannot take the id of one that lives, and leaves its record alone', async () => {
      const first = await keep(startWorker(workerOptions(where, { id: 'asr-1' })));
      const second = startWorker(workerOptions(where, { id: 'asr-1' }));
      await expect(second).rejects.toMatchObject({ code: 'worker_id_taken' });
      expect((await cluster.registry.fleet.workers())[0]?.endpoint).toBe(first.url);
      expect((await cluster.registry.fleet.snapshot()).has('worker:asr-1')).toBe(true);
    });

    it('refuses an id that cannot be part of a key', async () => {
      await expect(startWorker(workerOptions(where, { id: 'a:b' }))).rejects.toMatchObject({
        code: 'config_invalid',
      });
    });

    it('whose process is killed is reported once its lease has run out', async () => {
      await keep(startRouter(routerOptions(where)));
      const supervised = await superviseWorker({
        worker: workerOptions(where),
        clock: systemClock,
        log: silentLogger,
      });
      running.push(supervised);
      const [victim] = await cluster.registry.fleet.workers();
      const event = await nextEvent('worker.offline', async () => {
        process.kill(victim?.pid ?? 0, 'SIGKILL');
      });
      expect(event).toMatchObject({ workerId: victim?.id, reason: 'lease_expired' });
    });

    it('is started again by its supervisor under another id', async () => {
      const supervised = await superviseWorker({
        worker: workerOptions(where),
        clock: systemClock,
        log: silentLogger,
      });
      running.push(supervised);
      const [victim] = await cluster.registry.fleet.workers();
      const event = await nextEvent('worker.ready', async () => {
        process.kill(victim?.pid ?? 0, 'SIGKILL');
      });
      expect(event.workerId).not.toBe(victim?.id);
      await supervised.stop();
      const left = (await cluster.registry.fleet.workers()).map(({ id }) => id);
      expect(left).not.toContain(event.workerId);
    });

    it('of a supervisor says why it cannot start', async () => {
      const worker = workerOptions(where, { models: [{ path: '/no/such/model' }] });
      await expect(superviseWorker({ worker, clock: systemClock, log: silentLogger })).rejects.toMatchObject({
        code: 'model_invalid',
        message: expect.stringContaining('/no/such/model'),
      });
    });
  });

  describe('gateway', () => {
    it('[MET-7] is ready until it drains', async () => {
      const gateway = await keep(startGateway(gatewayOptions(where)));
      expect(await readyz(gateway)).toEqual({ ready: true });
      expect(await gateway.drain(1_000)).toBe('drained');
      expect(await readyz(gateway)).toEqual({ ready: false, reason: 'draining' });
    });

    it('that drains waits for its sessions, up to the deadline', async () => {
      await keep(startWorker(workerOptions(where)));
      const gateway = await keep(startGateway(gatewayOptions(where)));
      const session = await openStreamSession({
        gateway: gateway.url,
        sampleRate: 16_000,
        channels: 1,
        encoding: 'pcm_s16le',
        connectTimeoutMs: 2_000,
      });
      const messages = session.messages[Symbol.asyncIterator]();
      expect((await messages.next()).value).toMatchObject({ type: 'session.begin' });
      expect(await gateway.drain(300)).toBe('deadline');
      const drained = gateway.drain(10_000);
      session.end();
      expect(await drained).toBe('drained');
    });

    it('shows the fleet', async () => {
      const gateway = await keep(startGateway(gatewayOptions(where)));
      await keep(startWorker(workerOptions(where)));
      const status = await (await fetch(`${gateway.http}/v1/realtime/status`)).json();
      expect(status).toMatchObject({ status: 'available', capacity: 2, workers: { ready: 1 } });
    });
  });

  describe('of any role', () => {
    const soon = { connectTimeoutMs: 500 };
    const starts = {
      worker: (listen: string) => startWorker(workerOptions(where, { ...soon, listen })),
      gateway: (listen: string) => startGateway(gatewayOptions(where, { ...soon, listen: [listen] })),
      router: (listen: string) => startRouter(routerOptions(where, { ...soon, listen })),
    };
    const roles = Object.entries(starts);

    it.each(roles)('%s says that its port is taken, and leaves nothing behind', async (_, start) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      await expect(start(`127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'address_in_use' });
      expect(await cluster.registry.fleet.workers()).toEqual([]);
      other.close();
    });

    it.each(roles)('%s gives up on a Redis that is not there', async (_, start) => {
      where = { ...where, redisUrl: 'redis://127.0.0.1:1' };
      await expect(start('127.0.0.1:0')).rejects.toMatchObject({ code: 'redis_unreachable' });
    });

    it.each(roles)('%s stops once however often it is told', async (_, start) => {
      const process = await keep(start('127.0.0.1:0'));
      await Promise.all([process.stop('a'), process.stop('b')]);
      await process.stop('c');
      await expect(fetch(`${process.http}/healthz`)).rejects.toThrow();
    });
  });
});

/** Workers that should not be there beside one that should: the same id twice, another protocol, nobody at the address. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { workerInfo } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRtServer } from '../support/rt-process.ts';

const CLIP = resolve('fixtures/audio/digits.wav');
const LEASE_MS = 600_000;
const MODELS = ['rt-tiny-en', 'fast'];

describe.skipIf(!hasRedis)('a fleet', () => {
  let redis: RedisServer;
  let cluster: Cluster;
  let worker: RtServer;
  let gateway: RtServer;
  let environment: Record<string, string>;
  let marks = 0;

  beforeAll(async () => {
    redis = await startRedis();
    const prefix = redis.prefix();
    environment = { RT_REDIS: redis.url, RT_PREFIX: prefix };
    cluster = await openRegistry({ redisUrl: redis.url, prefix, connectTimeoutMs: 3000, name: 'test' });
    const listen = ['--listen', '127.0.0.1:0'];
    [worker, gateway] = await Promise.all([
      startRtServer(['worker', ...listen, '--id', 'w1', '--capacity', '2'], environment),
      startRtServer(['gateway', ...listen, '--allow-unpaced'], environment),
    ]);
    environment = { ...environment, RT_GATEWAY: gateway.ready.url };
  });
  afterAll(async () => {
    for (const server of [worker, gateway]) server.kill('SIGKILL');
    await cluster.stop();
    await redis.stop();
  });

  const stream = () => runRt(['stream', CLIP, '--pace', 'max', '--fail-on-loss'], environment);
  const register = (id: string, changes: Parameters<typeof workerInfo>[1]) =>
    cluster.registry.registration.register(workerInfo(id, { models: MODELS, ...changes }), LEASE_MS);

  /** The worker that each session so far ran on, oldest first; one that moved is there twice. */
  async function placements(): Promise<string[]> {
    marks += 1;
    const mark = `mark ${marks}`;
    await cluster.registry.ledger.note({ type: 'reject', reason: mark });
    const seen: string[] = [];
    for await (const event of cluster.registry.fleet.watch(AbortSignal.timeout(5000), 1000)) {
      if (event.reason === mark) break;
      if (event.type === 'session.started' || event.type === 'failover') seen.push(event.workerId ?? '');
    }
    return seen;
  }

  it('[REG-2] refuses a second worker of the same id: exit 3, and where the first one is', async () => {
    const second = await runRt(['worker', '--listen', '127.0.0.1:0', '--id', 'w1'], environment);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(
      `Process ${worker.ready.pid} on ${hostname()} is registered as w1, and lives`,
    );
    expect(second.stderr).toContain('One that was killed counts as alive for up to 6 s.');
    expect(await cluster.registry.ledger.workers()).toMatchObject([
      { id: 'w1', endpoint: worker.ready.url, status: 'ready' },
    ]);
  });

  it('[RTR-2] gives a worker of another protocol no session, lists it and says why', async () => {
    await register('w-old', { protocol: 0, capacity: 100, version: '0.0.9' });
    expect(await stream()).toMatchObject({ code: 0 });
    expect(await placements()).toEqual(['w1']);
    const { stdout, stderr } = await runRt(['workers', 'list'], environment);
    expect(stdout).toMatch(/^w-old +READY +0\/100 /m);
    expect(stderr).toContain(
      'w-old (rt 0.0.9) speaks protocol 0; gateways of protocol 1 give it no session.',
    );
  });

  it('[RTR-10] tries an address where nobody listens once, and loses no session there', async () => {
    await register('w-nobody', { capacity: 100, endpoint: 'ws://127.0.0.1:9' });
    for (let i = 0; i < 3; i += 1) expect(await stream()).toMatchObject({ code: 0 });
    expect(await placements()).toEqual(['w1', 'w-nobody', 'w1', 'w1', 'w1']);
  });
});

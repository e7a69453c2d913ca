/** `rt chaos proxy` as operators run it: flags, ready line, control API, Redis behind it. */
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { runRt, type RtServer, startRtServer } from '../support/rt-process.ts';

const servers: RtServer[] = [];
const clients: Redis[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  for (const server of servers.splice(0)) {
    server.kill('SIGTERM');
    expect((await server.finished).code).toBe(0);
  }
});

async function startProxy(args: readonly string[]): Promise<RtServer> {
  const server = await startRtServer(['chaos', 'proxy', ...args]);
  servers.push(server);
  return server;
}

async function ask(server: RtServer, ...[method, path, body]: [string, string, unknown?]) {
  const response = await fetch(`${server.ready.http}/v1/chaos/routes${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, document: (await response.json()) as Record<string, unknown> };
}

describe.skipIf(!hasRedis)('rt chaos proxy', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const upstream = (): string => `127.0.0.1:${redis.port}`;
  const connectTo = (server: RtServer): Redis => {
    const client = new Redis(server.ready.url.replace('tcp:', 'redis:'), { retryStrategy: () => 50 });
    client.on('error', () => {});
    clients.push(client);
    return client;
  };

  it('[CHA-50] carries Redis, and lists, adds, changes and removes toxics over HTTP', async () => {
    const server = await startProxy(['--upstream', upstream(), '--toxic', 'latency:ms=100,name=slow']);
    expect(server.ready).toMatchObject({ role: 'chaos-proxy', url: expect.stringMatching(/^tcp:\/\/127/) });
    const client = connectTo(server);
    await client.set('key', 'value');
    const startMs = performance.now();
    expect(await client.get('key')).toBe('value');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(190);

    expect(await ask(server, 'GET', '/r1')).toMatchObject({
      status: 200,
      document: {
        schema: 'rt.chaos/v1',
        name: 'r1',
        upstream: upstream(),
        toxics: [{ name: 'slow', kind: 'latency', ms: 100, jitter_ms: 0, direction: 'both', toxicity: 1 }],
        counters: { connections: { opened: 1, active: 1, reset: 0 }, dropped_bytes: { up: 0, down: 0 } },
      },
    });
    expect(await ask(server, 'PATCH', '/r1/toxics/slow', { ms: 0 })).toMatchObject({
      status: 200,
      document: { toxic: { name: 'slow', ms: 0 } },
    });
    expect(await ask(server, 'POST', '/r1/toxics', { kind: 'reset_peer', name: 'bang' })).toMatchObject({
      status: 201,
      document: { toxic: { kind: 'reset_peer', name: 'bang', ms: 0 } },
    });
    await expect
      .poll(async () => (await ask(server, 'GET', '/r1')).document)
      .toMatchObject({
        counters: { connections: { reset: expect.toSatisfy((count: number) => count >= 1) } },
      });
    expect(await ask(server, 'DELETE', '/r1/toxics/bang')).toMatchObject({ status: 200 });
    expect(await client.get('key')).toBe('value');
    expect(await ask(server, 'DELETE', '/r1/toxics')).toMatchObject({ document: { toxics: [] } });
  });

  it('[CHA-50] keeps routes apart', async () => {
    const server = await startProxy([
      '--route',
      `127.0.0.1:0=${upstream()}`,
      '--route',
      `127.0.0.1:0=${upstream()}`,
      '--toxic',
      'down:route=r2',
    ]);
    const { document } = await ask(server, 'GET', '');
    expect(document).toMatchObject({
      routes: [
        { name: 'r1', toxics: [] },
        { name: 'r2', toxics: [{ kind: 'down', name: 'down-1' }] },
      ],
    });
    expect(await connectTo(server).ping()).toBe('PONG');
  });

  it('[CHA-51] says over HTTP what is wrong', async () => {
    const server = await startProxy(['--upstream', upstream()]);
    const refused = async (method: string, path: string, body?: unknown) => {
      const { status, document } = await ask(server, method, path, body);
      return [status, (document['error'] as Record<string, unknown>)['message']];
    };
    expect(await refused('POST', '/r1/toxics', { kind: 'latency' })).toEqual([400, 'latency: ms is missing']);
    expect(await refused('POST', '/r1/toxics', ['latency'])).toEqual([400, 'The body is not a JSON object']);
    expect(await refused('GET', '/r7')).toEqual([404, 'There is nothing at /v1/chaos/routes/r7']);
    expect(await refused('DELETE', '/r1/toxics/x')).toEqual([404, 'r1 has no toxic named x']);
    expect(await refused('PUT', '/r1/toxics', {})).toEqual([405, 'Only GET, POST, DELETE is answered here']);
    const plain = await fetch(`${server.ready.http}/v1/chaos/routes/r1/toxics`, {
      method: 'POST',
      body: '{"kind":"down"}',
    });
    expect(plain.status).toBe(400);
    expect((await fetch(`${server.ready.http}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${server.ready.http}/metrics`)).text()).toContain('rt_process_');
  });

  it.each([
    [[], 2, 'not said where'],
    [['--upstream', '127.0.0.1:1', '--toxic', 'latency'], 2, 'latency: ms is missing'],
    [['--upstream', '127.0.0.1:1', '--toxic', 'down:route=r4'], 2, 'no route r4'],
    [['--route', '127.0.0.1:0'], 2, 'LISTEN=UPSTREAM'],
    [['--upstream', '127.0.0.1:1', '--listen', '0.0.0.0:0'], 3, 'Refusing to listen'],
    [['--upstream', '127.0.0.1:1', '--http', '0.0.0.0:0'], 3, 'Refusing to listen'],
  ])('[CHA-31] refuses %j', async (args, code, text) => {
    const { code: actual, stderr } = await runRt(['chaos', 'proxy', ...args]);
    expect([actual, stderr]).toEqual([code, expect.stringContaining(text)]);
  });

  it('[CHA-23] a second proxy on a taken port says so', async () => {
    const server = await startProxy(['--upstream', upstream()]);
    const taken = server.ready.url.replace('tcp://', '');
    const { code, stderr } = await runRt(['chaos', 'proxy', '--upstream', upstream(), '--listen', taken]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`${taken} is already in use`)]);
  });
});

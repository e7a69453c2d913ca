/** What becomes of sessions when the store goes and comes back: gateway and worker as processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import { connectStream, type Told } from '../support/stream-client.ts';

const CLIP = resolve('fixtures/audio/digits.wav');

describe.skipIf(!hasRedis)('the store is lost', () => {
  let redis: RedisServer;
  let servers: readonly RtServer[];
  let environment: Record<string, string>;
  let gateway: RtServer;

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const listen = ['--listen', '127.0.0.1:0'];
    servers = await Promise.all([
      startRtServer(['gateway', ...listen], environment),
      startRtServer(['worker', ...listen, '--capacity', '4', '--heartbeat', '500ms'], environment),
    ]);
    gateway = servers[0] as RtServer;
    environment = { ...environment, RT_GATEWAY: gateway.ready.url };
  });
  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
  });

  /** What a new session is told first. */
  async function firstWord(): Promise<Told> {
    const client = await connectStream(gateway.ready.url);
    await client.until((told) => told.length > 0);
    client.socket.terminate();
    return client.told[0] as Told;
  }

  it('[SES-44] running sessions end as always, new ones are told to come back, and can', async () => {
    const running = startRt(['stream', CLIP, '--format', 'jsonl', '--fail-on-loss'], environment);
    await running.until(({ stdout }) => stdout().includes('transcript.partial'));
    await redis.kill();

    const startMs = performance.now();
    expect(await firstWord()).toMatchObject({
      type: 'error',
      code: 'registry_unavailable',
      retry: 'after',
      retry_after_ms: expect.any(Number),
    });
    expect(performance.now() - startMs).toBeLessThan(3000);
    const refused = await runRt(['stream', CLIP, '--json'], environment);
    expect(refused.code).toBe(5);

    const { code, stdout } = await running.finished;
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    expect(code).toBe(0);
    expect(told.at(-1)).toMatchObject({ type: 'summary', complete: true, seq_holes: 0 });
    expect(told.find(({ type }) => type === 'session.end')).toMatchObject({
      transcript: expect.stringMatching(/seven eight nine zero$/),
    });

    await redis.restartEmpty();
    await expect
      .poll(async () => (await firstWord()).type, { timeout: 10_000, interval: 200 })
      .toBe('session.begin');
    const again = await runRt(['stream', CLIP, '--pace', '4', '--fail-on-loss'], environment);
    expect(again.code).toBe(0);
  });

  it('[SES-44] a store that freezes is as good as gone, and nobody waits for it', async () => {
    const client = await connectStream(gateway.ready.url);
    await client.heard('session.begin');
    redis.freeze();
    try {
      const startMs = performance.now();
      expect(await firstWord()).toMatchObject({ code: 'registry_unavailable' });
      expect(performance.now() - startMs).toBeLessThan(4000);
      client.send(new Uint8Array(32_000));
      client.send({ type: 'end' });
      expect(await client.closed).toMatchObject({ code: 1000 });
    } finally {
      redis.thaw();
    }
    await expect
      .poll(async () => (await firstWord()).type, { timeout: 10_000, interval: 200 })
      .toBe('session.begin');
  });
});

describe.skipIf(!hasRedis)('a store that cannot be used', () => {
  it.each(['gateway', 'worker'])('Redis Cluster: rt %s refuses to start with 3', async (role) => {
    const folder = mkdtempSync(join(tmpdir(), 'rt-cluster-'));
    const cluster = await startRedis(['--cluster-enabled', 'yes', '--dir', folder]);
    try {
      const { code, stderr } = await runRt([role, '--listen', '127.0.0.1:0'], { RT_REDIS: cluster.url });
      expect(code).toBe(3);
      expect(stderr).toMatch(/cluster/i);
    } finally {
      await cluster.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

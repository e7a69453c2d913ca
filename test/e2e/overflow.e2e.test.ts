/** More clients than slots, through processes: who waits is served, and who is refused knows it at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRtServer } from '../support/rt-process.ts';
import { connectStream, type TestClient } from '../support/stream-client.ts';

const CAPACITY = 2;
const QUEUE = ['--overflow', 'queue', '--queue-timeout'];

describe.skipIf(!hasRedis)('a cluster of processes without a free slot', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-overflow-'));
  const clip = join(folder, 'clip.wav');
  const servers: RtServer[] = [];
  const holders: TestClient[] = [];
  let redis: RedisServer;
  let environment: Record<string, string>;
  let [patient, hasty, rejecting]: (RtServer | undefined)[] = [];

  const start = async (...args: string[]): Promise<RtServer> => {
    const server = await startRtServer([...args, '--listen', '127.0.0.1:0'], environment);
    servers.push(server);
    return server;
  };
  const connect = (server: RtServer | undefined) => connectStream(server?.ready.url ?? '');
  const fillSlots = async (): Promise<void> => {
    while (holders.length < CAPACITY) {
      const holder = await connect(rejecting);
      await holder.heard('session.begin');
      holders.push(holder);
    }
  };
  const waitingAt = async (server: RtServer | undefined): Promise<number> => {
    const text = await (await fetch(`${server?.ready.http ?? ''}/metrics`)).text();
    return Number(/^rt_gateway_waiting (\d+)$/m.exec(text)?.[1]);
  };

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    await runRt(['chaos', 'audio', '--seed', '3', '--duration', '4s', '--out', clip], environment);
    await start('worker', '--engine', 'beacon', '--capacity', String(CAPACITY));
    patient = await start('gateway', ...QUEUE, '20s', '--allow-unpaced');
    hasty = await start('gateway', ...QUEUE, '500ms');
    rejecting = await start('gateway');
  });

  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('[OVL-5] [OVL-7] serves everybody who waits when slots are freed at another gateway', async () => {
    await fillSlots();
    const environmentOfPatient = { ...environment, RT_GATEWAY: patient?.ready.url ?? '' };
    const streams = ['a', 'b', 'c'].map(() =>
      runRt(['stream', clip, '--pace', 'max', '--fail-on-loss'], environmentOfPatient),
    );
    await vi.waitFor(async () => expect(await waitingAt(patient)).toBe(3), {
      timeout: 10_000,
      interval: 100,
    });
    for (const holder of holders.splice(0)) holder.send({ type: 'end' });
    for (const { code, stderr } of await Promise.all(streams)) {
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stderr).toContain('nothing lost');
    }
  });

  it('[OVL-8] [OVL-4] refuses who has waited too long', async () => {
    await fillSlots();
    const waiting = await connect(hasty);
    const refused = await waiting.heard('error');
    expect(refused).toMatchObject({
      code: 'no_capacity',
      retry: 'after',
      retry_after_ms: expect.any(Number),
    });
    expect(refused['message']).toContain('within 0.5 s');
    expect((await waiting.closed).code).toBe(1013);
  });

  it('[SES-31] refuses within 50 ms while sessions run', async () => {
    await fillSlots();
    const tookMs: number[] = [];
    for (let count = 0; count < 20; count++) {
      for (const holder of holders) holder.send(new Uint8Array(3200));
      const startMs = performance.now();
      const refused = await connect(rejecting);
      expect(await refused.heard('error')).toMatchObject({ code: 'no_capacity' });
      tookMs.push(performance.now() - startMs);
      await refused.closed;
    }
    const median = tookMs.sort((a, b) => a - b)[10];
    expect(median).toBeLessThan(50);
  });
});

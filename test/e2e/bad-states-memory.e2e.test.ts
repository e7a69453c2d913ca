/** A gateway with a small heap, and more clients than fit into it, none of which reads what it is told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, startRtServer } from '../support/rt-process.ts';
import { connectStream, type TestClient, type Told } from '../support/stream-client.ts';

const AT_ONCE = 20;
const MOST_CLIENTS = 3000;
const REFUSALS = 20;
const AUDIO = new Uint8Array(3200);

describe.skipIf(!hasRedis)('a gateway that is flooded', () => {
  const servers: RtServer[] = [];
  let redis: RedisServer;
  let gateway: RtServer;

  beforeAll(async () => {
    redis = await startRedis();
    const environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const heap = { NODE_OPTIONS: '--max-old-space-size=48' };
    gateway = await startRtServer(['gateway', '--listen', '127.0.0.1:0'], { ...environment, ...heap });
    const worker = ['worker', '--engine', 'beacon', '--listen', '127.0.0.1:0'];
    servers.push(gateway, await startRtServer([...worker, '--capacity', String(MOST_CLIENTS)], environment));
  }, 30_000);
  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
  });

  /** The first thing a new client is told. It then speaks and reads no more. */
  async function enter(): Promise<{ readonly client: TestClient; readonly answer: Told | undefined }> {
    const client = await connectStream(gateway.ready.url);
    await client.until((told) => told.length > 0);
    client.send(AUDIO);
    client.socket.pause();
    return { client, answer: client.told[0] };
  }
  const level = async (): Promise<number> => {
    const metrics = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    return Number(/^rt_overload_level (\d)$/m.exec(metrics)?.[1]);
  };

  it('[OVL-3] refuses before its heap is full, lets those inside be, and takes sessions again', async () => {
    const inside: TestClient[] = [];
    const refusals: Told[] = [];
    while (refusals.length < REFUSALS && inside.length < MOST_CLIENTS) {
      for (const { client, answer } of await Promise.all(Array.from({ length: AT_ONCE }, enter))) {
        if (answer?.type === 'session.begin') inside.push(client);
        else if (answer) refusals.push(answer);
      }
    }
    expect(refusals.length).toBeGreaterThanOrEqual(REFUSALS);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ code: 'no_capacity', retry_after_ms: expect.any(Number) });
    }
    expect(await level()).toBeGreaterThanOrEqual(2);
    expect(inside.every(({ socket }) => socket.isOpen)).toBe(true);
    for (const { socket } of inside) socket.terminate();
    // Who was refused comes back.
    const isLetIn = async (): Promise<boolean> => {
      const comers = await Promise.all(Array.from({ length: AT_ONCE }, enter));
      for (const { client } of comers) client.socket.terminate();
      return comers.some(({ answer }) => answer?.type === 'session.begin');
    };
    await expect.poll(isLetIn, { timeout: 40_000, interval: 250 }).toBe(true);
    gateway.kill('SIGTERM');
    expect((await gateway.finished).code).toBe(0);
  }, 90_000);
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OverflowPolicy } from '../../../src/gateway/overload/door.ts';
import type { ResourceReadings } from '../../../src/gateway/overload/resource-monitor.ts';
import { type ClusterOptions, startCluster, type TestCluster } from '../../support/cluster.ts';
import {
  createScriptedEngine,
  finalOf,
  partialOf,
  type ScriptedEngine,
} from '../../support/scripted-engine.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import type { TestClient } from '../../support/stream-client.ts';

let cluster: TestCluster;
let engine: ScriptedEngine;
let readings: ResourceReadings;

afterEach(() => cluster.stop());

async function start(
  overflow: Partial<OverflowPolicy> = {},
  options: Partial<ClusterOptions> = {},
): Promise<void> {
  engine = createScriptedEngine();
  readings = { loopDelayMs: 0, heapShare: 0, fdShare: 0 };
  cluster = await startCluster({
    engine,
    capacity: 1,
    ...options,
    gateway: {
      overflow: { type: 'reject', queueTimeoutMs: 5000, queueLength: 100, ...overflow },
      monitor: { read: () => Promise.resolve(readings), close: () => undefined },
    },
  });
}

const untilWaiting = (count: number): Promise<void> =>
  vi.waitFor(() => expect(cluster.gateway.waitingCount).toBe(count), { interval: 5 });

async function refusalOf(client: TestClient): Promise<Record<string, unknown>> {
  const error = await client.heard('error');
  const { code } = await client.closed;
  return { ...error, close: code };
}

describe('a gateway under load', () => {
  let clock: FakeClock;

  /** So that it is at that level. */
  async function load(level: number, change: Partial<ResourceReadings>): Promise<void> {
    readings = { ...readings, ...change };
    await clock.advance(4000);
    expect(cluster.gateway.overloadLevel).toBe(level);
  }

  beforeEach(async () => {
    clock = createFakeClock();
    await start({}, { capacity: 2, clock });
  });

  it('[OVL-2] halves partials, says so once, and passes every final', async () => {
    const client = await cluster.begin();
    await load(1, { heapShare: 0.75 });
    for (let count = 1; count <= 5; count++) engine.sessions[0]?.say(partialOf(`p${count}`, 0, 1600 * count));
    engine.sessions[0]?.say(finalOf('words', 0, 16_000));
    engine.sessions[0]?.say(partialOf('next', 16_000, 17_600));
    engine.sessions[0]?.say(finalOf('next', 16_000, 32_000));
    await client.heard('transcript.final', 1);
    const texts = client.told.filter(({ type }) => type.startsWith('transcript.')).map(({ text }) => text);
    expect(texts).toEqual(['p1', 'p3', 'p5', 'words', 'next', 'next']);
    expect(client.told.filter(({ type }) => type === 'warning')).toEqual([
      expect.objectContaining({ code: 'degraded', partials: 'half' }),
    ]);
  });

  it('[OVL-3] [OVL-4] refuses new sessions at once while it lets running and resumed ones be', async () => {
    const running = await cluster.begin({ acks: 'true' });
    const token = running.told[0]?.['resume_token'];
    await load(2, { heapShare: 0.92 });
    const startMs = performance.now();
    const refusal = await refusalOf(await cluster.connect());
    expect(performance.now() - startMs).toBeLessThan(250);
    expect(refusal).toMatchObject({ code: 'no_capacity', close: 1013, retry: 'after' });
    expect(refusal['retry_after_ms']).toBeGreaterThanOrEqual(2000);
    expect(refusal['retry_after_ms']).toBeLessThanOrEqual(6000);

    running.socket.terminate();
    const back = await cluster.connect({ acks: 'true', resume: 'true' });
    back.send({ type: 'resume', token, from_sample: 0, have_seq: 1 });
    expect(await back.heard('session.begin')).toMatchObject({ session_id: running.id });
  });

  it('[OVL-3] [OVL-4] refuses resumed ones too when it has next to nothing left', async () => {
    const running = await cluster.begin({ acks: 'true' });
    await load(3, { fdShare: 0.97 });
    const refusal = await refusalOf(await cluster.connect({ acks: 'true', resume: 'true' }));
    expect(refusal).toMatchObject({ code: 'no_capacity', close: 1013 });
    expect(refusal['retry_after_ms']).toBeGreaterThanOrEqual(5000);
    running.send({ type: 'end' });
    expect((await running.closed).code).toBe(1000);
  });
});

describe('a gateway whose workers are full', () => {
  it('[OVL-5] [OVL-7] lets a client wait in silence and begin when a slot is freed', async () => {
    await start({ type: 'queue' });
    const first = await cluster.begin();
    const second = await cluster.connect();
    second.send(new Uint8Array(3200));
    await untilWaiting(1);
    expect(second.told).toEqual([]);
    const startMs = performance.now();
    first.send({ type: 'end' });
    expect(await second.heard('session.begin')).toMatchObject({ seq: 1 });
    expect(performance.now() - startMs).toBeLessThan(700);
    second.send({ type: 'end' });
    expect(await second.heard('session.end')).toMatchObject({ total_duration: 0.1 });
  });

  it('[OVL-7] has who waits begin at a worker that joins', async () => {
    // Its time stands still: only being told helps.
    await start({ type: 'queue' }, { workers: 2, clock: createFakeClock() });
    await cluster.workers[1]?.registration.stop();
    await cluster.begin();
    const waiting = await cluster.connect();
    await untilWaiting(1);
    await cluster.workers[1]?.registration.start();
    expect(await waiting.heard('session.begin')).toMatchObject({ seq: 1 });
  });

  it('[OVL-7] has who waits look each second for a slot that nobody tells of', async () => {
    const clock = createFakeClock();
    await start({ type: 'queue' }, { capacity: 2, clock });
    const [info] = await cluster.registry.ledger.workers();
    if (!info) throw new Error('no worker');
    await cluster.registry.registration.beat({ ...info, capacity: 1 }, 1e9);
    await cluster.begin();
    const waiting = await cluster.connect();
    await untilWaiting(1);
    await cluster.registry.registration.beat({ ...info, capacity: 2 }, 1e9);
    await clock.advance(1000);
    expect(await waiting.heard('session.begin')).toMatchObject({ seq: 1 });
  });

  it('shows in its digest who waits', async () => {
    await start({ type: 'queue' });
    await cluster.begin();
    await cluster.connect();
    await vi.waitFor(
      async () => {
        const digest = (await cluster.registry.fleet.snapshot()).get('gateway:gateway-1') ?? '{}';
        expect(JSON.parse(digest)).toMatchObject({ overload_level: 0, waiting: 1 });
      },
      { timeout: 4500, interval: 50 },
    );
  });

  it('[OVL-8] [OVL-4] tells at the deadline which place it was', async () => {
    await start({ type: 'queue', queueTimeoutMs: 300 });
    await cluster.begin();
    const refusal = await refusalOf(await cluster.connect());
    expect(refusal).toMatchObject({ code: 'no_capacity', close: 1013, retry: 'after' });
    expect(refusal['message']).toContain('within 0.3 s; this client was 1 of 1 waiting');
    expect(refusal['retry_after_ms']).toBeGreaterThanOrEqual(1000);
  });

  it('[OVL-8] refuses one more than may wait, whichever model it wants', async () => {
    await start({ type: 'queue', queueLength: 1 });
    await cluster.begin();
    await cluster.connect();
    await untilWaiting(1);
    for (const model of ['fast', 'whole-utterances']) {
      const refusal = await refusalOf(await cluster.connect({ model }));
      expect(refusal).toMatchObject({
        code: 'no_capacity',
        message: expect.stringContaining('1 wait for one'),
      });
    }
  });

  it('[OVL-9] forgets a client that leaves, and holds no slot for it', async () => {
    await start({ type: 'queue' });
    const first = await cluster.begin();
    const leaving = await cluster.connect();
    await untilWaiting(1);
    leaving.socket.terminate();
    await untilWaiting(0);
    first.send({ type: 'end' });
    await first.closed;
    await cluster.begin();
    expect(await cluster.activeSessions()).toBe(1);
    expect(engine.sessions).toHaveLength(2);
  });

  it('[OVL-9] tells those who wait when it drains', async () => {
    await start({ type: 'queue' });
    const first = await cluster.begin();
    const waiting = await cluster.connect();
    await untilWaiting(1);
    const drained = cluster.gateway.drain(5000);
    expect(await refusalOf(waiting)).toMatchObject({ code: 'shutting_down', close: 1012 });
    first.send({ type: 'end' });
    expect(await drained).toBe('drained');
  });

  it('[OVL-10] begins with fast for accurate, and says so', async () => {
    await start({ type: 'degrade' });
    const client = await cluster.begin({ model: 'accurate' });
    expect(client.told[0]).toMatchObject({
      model: 'scripted-en',
      warnings: [{ code: 'degraded', from: 'accurate', to: 'fast' }],
    });
    expect(await cluster.registry.fleet.session(client.id)).toMatchObject({ model: 'fast' });
  });

  it('[OVL-10] refuses as ever when fast has no slot either, and whoever wants another model', async () => {
    await start({ type: 'degrade' });
    await cluster.begin();
    for (const model of ['accurate', 'fast', 'whole-utterances']) {
      const refusal = await refusalOf(await cluster.connect({ model }));
      expect(refusal).toMatchObject({ code: 'no_capacity', message: expect.stringContaining(`"${model}"`) });
    }
  });
});

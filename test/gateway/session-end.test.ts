import { afterEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../../src/base/ids.ts';
import { goAwayMessage } from '../../src/protocol/goaway.ts';
import { STREAM_PATH } from '../../src/protocol/version.ts';
import { type ClusterOptions, startCluster, type TestCluster } from '../support/cluster.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { sessionInfo, workerInfo } from '../support/fleet.ts';
import { maskedFrame, openRawSocket } from '../support/raw-socket.ts';
import { createScriptedEngine, finalOf, type ScriptedEngine } from '../support/scripted-engine.ts';
import type { TestClient } from '../support/stream-client.ts';
import { startScriptedWorker, type ScriptedWorker } from '../support/scripted-worker.ts';

let cluster: TestCluster;
let engine: ScriptedEngine;
const opened: ScriptedWorker[] = [];
afterEach(async () => {
  await cluster.stop();
  await Promise.all(opened.splice(0).map((worker) => worker.stop()));
});

async function start(options: Partial<ClusterOptions> & { readonly lively?: boolean } = {}): Promise<void> {
  engine = createScriptedEngine(options.lively === undefined ? {} : { lively: options.lively });
  cluster = await startCluster({ engine, ...options });
}

/** Adds a worker that does what `script` says with each link, ahead of all others in the order of workers. */
async function addWorker(name: string, script: ScriptedWorker['script']): Promise<ScriptedWorker> {
  const worker = await startScriptedWorker(script);
  opened.push(worker);
  const info = workerInfo(name, { endpoint: worker.url, capacity: 100, models: ['scripted-en', 'fast'] });
  await cluster.registry.registration.register(info, 60_000);
  return worker;
}

async function recordOf(id: SessionId): Promise<object> {
  const view = await cluster.registry.fleet.session(id);
  return { status: view?.status, failovers: view?.failovers };
}

/** Why sessions ended, as the fleet was told. */
async function endReasons(): Promise<readonly (string | undefined)[]> {
  const stop = new AbortController();
  const reasons: (string | undefined)[] = [];
  setImmediate(() => stop.abort());
  for await (const event of cluster.registry.fleet.watch(stop.signal, 100)) {
    if (event.type === 'session.ended' || event.type === 'session.error') reasons.push(event.reason);
  }
  return reasons;
}

const free = (): Promise<void> =>
  expect.poll(() => cluster.activeSessions(), { timeout: 2000, interval: 20 }).toBe(0);

describe('the slot of a session', () => {
  it.each<[string, (client: TestClient) => void, readonly [status: string, reason: string]]>([
    ['completes', (client) => client.send({ type: 'end' }), ['ended', 'completed']],
    ['closes', (client) => client.socket.close(1000, ''), ['ended', 'client_left']],
    ['is cut', (client) => client.socket.terminate(), ['ended', 'client_left']],
    [
      'sends a file',
      (client) => client.send(Buffer.from('RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0')),
      ['error', 'invalid_audio'],
    ],
  ])('[SES-35] [SES-37] is free within 2 s when the client %s', async (_title, leave, [status, reason]) => {
    await start();
    const client = await cluster.begin();
    expect(await cluster.activeSessions()).toBe(1);
    leave(client);
    await free();
    expect(await recordOf(client.id)).toMatchObject({ status });
    expect(await endReasons()).toEqual([reason]);
    await expect.poll(() => cluster.gateway.sessionCount).toBe(0);
    await expect.poll(() => engine.sessions[0]?.isClosed).toBe(true);
  });

  it('[SES-35] is free within 2 s when a client is killed that is not read because it sent too much', async () => {
    await start({ gateway: { allowUnpaced: false } });
    const { port } = cluster.gateway.servers[0]?.address ?? { port: 0 };
    const flood = await openRawSocket(port, { path: STREAM_PATH });
    const seconds = maskedFrame(0x82, Buffer.alloc(64_000));
    for (let index = 0; index < 400; index++) flood.sendHex(seconds);
    await expect.poll(() => engine.sessions[0]?.samples ?? 0).toBeGreaterThan(10 * 16_000);
    flood.tcp.destroy();
    await free();
    expect(engine.sessions[0]?.samples).toBeLessThan(20 * 16_000);
  });

  it('[SES-35] is free after a client was found gone by a ping', async () => {
    const clock = createFakeClock();
    await start({ clock });
    const { port } = cluster.gateway.servers[0]?.address ?? { port: 0 };
    const silent = await openRawSocket(port, { path: STREAM_PATH });
    await expect.poll(() => cluster.activeSessions()).toBe(1);
    silent.tcp.removeAllListeners('data').pause();
    // Ping after 15 s, verdict 10 s later.
    await clock.advance(24_000);
    expect(await cluster.activeSessions()).toBe(1);
    await clock.advance(1000);
    await free();
    silent.tcp.destroy();
  });

  it.each([['close'], ['terminate']] as const)(
    '[SES-33] [SES-35] is free when the client leaves while its worker is being found: %s',
    async (way) => {
      await start({ workers: 0 });
      const worker = await addWorker('slow', () => undefined);
      const client = await cluster.connect();
      await worker.linked(1);
      expect(await cluster.activeSessions()).toBe(1);
      client.send(new Uint8Array(3200));
      if (way === 'close') client.socket.close(1000, '');
      else client.socket.terminate();
      await free();
      await expect.poll(() => cluster.gateway.sessionCount).toBe(0);
      expect(client.told).toEqual([]);
    },
  );

  it('[SES-30] loses nothing of what was sent while the worker was being found', async () => {
    await start({ workers: 0 });
    let begin = (): void => undefined;
    const worker = await addWorker('slow', ({ ready }) => {
      begin = ready;
    });
    const client = await cluster.connect();
    await worker.linked(1);
    for (let index = 0; index < 300; index++) client.send(new Uint8Array(320).fill(index));
    client.send({ type: 'end' });
    begin();
    const link = await worker.linked(1);
    await expect.poll(() => link.texts.length).toBe(2);
    expect(link.audio.length).toBe(300 * 320);
    expect(Uint8Array.from(link.audio.filter((_, at) => at % 320 === 0))).toEqual(
      Uint8Array.from({ length: 300 }, (_, index) => index),
    );
    expect(link.texts[1]).toBe('{"type":"end"}');
  });
});

describe('finding a worker', () => {
  it('[SES-31] says when to come back where every slot is taken', async () => {
    await start({ capacity: 1 });
    await cluster.begin();
    const refused = await cluster.connect();
    expect(await refused.closed).toMatchObject({ code: 1013 });
    expect(refused.told).toMatchObject([{ code: 'no_capacity', retry: 'after', seq: 1 }]);
    expect(refused.told[0]?.['retry_after_ms']).toBeGreaterThanOrEqual(1000);
    expect(refused.told[0]?.['retry_after_ms']).toBeLessThanOrEqual(3000);
    expect(await cluster.activeSessions()).toBe(1);
  });

  it.each<[string, ScriptedWorker['script']]>([
    ['is full', ({ refuse }) => refuse('no_capacity', 1013)],
    ['drains', ({ refuse }) => refuse('shutting_down', 1012)],
    ['hangs up', ({ socket }) => socket.terminate()],
    [
      'speaks nonsense',
      ({ socket }) => socket.send('{"type":"progress","received":1,"decoded":1,"commit_sample":0}'),
    ],
  ])('[SES-32] takes another worker when the first %s', async (_title, script) => {
    await start();
    const bad = await addWorker('bad', script);
    const client = await cluster.begin();
    expect(bad.links).toHaveLength(1);
    expect(await cluster.activeSessions()).toBe(1);
    expect((await cluster.registry.fleet.session(client.id))?.workerId).toBe('worker-1');
  });

  it('[SES-32] takes another worker when nobody listens at the address of the first', async () => {
    await start();
    const bad = await addWorker('bad', () => undefined);
    await bad.stop();
    const client = await cluster.begin();
    expect((await cluster.registry.fleet.session(client.id))?.workerId).toBe('worker-1');
  });

  it('[SES-32] [SES-33] asks three in all, then gives up without holding a slot', async () => {
    await start({ workers: 0 });
    for (const name of ['a', 'b', 'c', 'd']) {
      await addWorker(name, ({ refuse }) => refuse('no_capacity', 1013));
    }
    const client = await cluster.connect();
    expect(await client.closed).toMatchObject({ code: 1013 });
    expect(opened.flatMap(({ links }) => links)).toHaveLength(3);
    await free();
  });

  it('[SES-32] [SES-33] passes any other refusal on', async () => {
    await start({ workers: 0 });
    await addWorker('bad', ({ refuse }) => refuse('language_unsupported', 4400));
    await addWorker('other', ({ refuse }) => refuse('language_unsupported', 4400));
    const client = await cluster.connect();
    expect(await client.closed).toMatchObject({ code: 4400 });
    expect(client.told).toMatchObject([{ code: 'language_unsupported', retry: 'never' }]);
    expect(opened.flatMap(({ links }) => links)).toHaveLength(1);
    await free();
  });
});

describe('a worker that is lost', () => {
  const lost = [{ type: 'session.begin' }, { code: 'worker_lost', retry: 'now', recoverable: false }];

  it('[SES-36] [SES-37] [FLO-10] ends its sessions when no other one takes them', async () => {
    await start({ workers: 0 });
    const worker = await addWorker('w', ({ ready }) => ready());
    const client = await cluster.begin();
    worker.links[0]?.socket.terminate();
    expect(await client.closed).toEqual({ code: 1011, reason: 'worker_lost' });
    expect(client.told).toMatchObject(lost);
    await free();
    expect(await endReasons()).toEqual(['worker_lost']);
  });

  it('[SES-36] ends nothing while its link is open, although the fleet has given it up', async () => {
    await start({ workers: 0 });
    await addWorker('w', ({ ready }) => ready());
    await addWorker('other', ({ ready }) => ready());
    const clients = await Promise.all([1, 2, 3, 4, 5, 6].map(() => cluster.begin()));
    await cluster.registry.registration.deregister(workerInfo('w').id);
    for (const client of clients) {
      client.send({ type: 'flush' });
      expect(client.socket.isOpen).toBe(true);
    }
    for (const worker of opened) {
      for (const link of worker.links) await expect.poll(() => link.texts.at(-1)).toBe('{"type":"flush"}');
    }
  });

  it('[SES-3] counts as lost only when nothing ended the session before', async () => {
    await start();
    const client = await cluster.begin();
    client.send({ type: 'end' });
    await client.closed;
    await cluster.registry.registration.deregister(workerInfo('worker-1').id);
    await expect.poll(() => cluster.gateway.sessionCount).toBe(0);
    expect(client.types()).toEqual(['session.begin', 'session.end']);
    expect(await endReasons()).toEqual(['completed']);
  });

  it('[SES-36] by draining past its deadline says so to its clients', async () => {
    await start({ lively: false });
    const client = await cluster.begin();
    await cluster.workers[0]?.server.close();
    expect(await client.closed).toMatchObject({ code: 1012 });
    expect(client.told.at(-1)).toMatchObject({ code: 'shutting_down', retry: 'now' });
  });
});

describe('a slow reader', () => {
  it('[SES-25] is ended when 1 MiB waits for it, and nobody else', async () => {
    await start({ lively: false });
    const { port } = cluster.gateway.servers[0]?.address ?? { port: 0 };
    const slow = await openRawSocket(port, { path: STREAM_PATH });
    await expect.poll(() => engine.sessions.length).toBe(1);
    const other = await cluster.begin();
    slow.tcp.removeAllListeners('data').pause();
    const long = 'x'.repeat(64 * 1024);
    // What the kernel takes does not count as waiting.
    for (let index = 0; index < 400 && (await cluster.activeSessions()) === 2; index++) {
      engine.sessions[0]?.say(finalOf(long, index * 512, (index + 1) * 512));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await expect.poll(() => cluster.activeSessions(), { timeout: 3000 }).toBe(1);
    expect(await endReasons()).toEqual(['slow_reader']);
    engine.sessions[1]?.say(finalOf('still here', 0, 512));
    expect(await other.heard('transcript.final')).toMatchObject({ text: 'still here' });
    slow.tcp.destroy();
  });
});

describe('ownership of a session', () => {
  it('[SES-43] is renewed in full every five seconds and outlives its lease', async () => {
    const clock = createFakeClock();
    await start({ clock });
    const client = await cluster.begin();
    client.send(new Uint8Array(32_000));
    await expect.poll(() => engine.sessions[0]?.samples).toBe(16_000);
    for (let second = 0; second < 40; second++) {
      await clock.advance(1000);
      await cluster.registry.ledger.sweep();
    }
    expect(await cluster.registry.fleet.session(client.id)).toMatchObject({
      status: 'active',
      audioDuration: 1,
    });
    expect(client.socket.isOpen).toBe(true);
  });

  it('[SES-43] that went to another gateway ends it with superseded', async () => {
    const clock = createFakeClock();
    await start({ clock });
    const client = await cluster.begin();
    const { id } = client;
    await cluster.registry.ledger.reserve(
      workerInfo('worker-1').id,
      { ...sessionInfo(1), id, epoch: 2 },
      { leaseMs: 60_000 },
    );
    await clock.advance(5000);
    expect(await client.closed).toMatchObject({ code: 4009 });
    expect(client.told.at(-1)).toMatchObject({ code: 'superseded', retry: 'never' });
    // The new owner's slot stays.
    expect(await cluster.activeSessions()).toBe(1);
  });
});

describe('a gateway that drains or stops', () => {
  it('[SES-46] asks its clients away, lets them end, and refuses new ones', async () => {
    await start();
    const client = await cluster.begin();
    const drained = cluster.gateway.drain(10_000);
    const told = await client.heard('goaway');
    expect(told).toEqual(goAwayMessage(Number(told['reconnect_in_ms'])));
    expect(told).toMatchObject({ reason: 'draining' });
    const refused = await cluster.connect();
    expect(await refused.closed).toMatchObject({ code: 1012 });
    expect(refused.told).toMatchObject([{ code: 'shutting_down', retry: 'now', seq: 1 }]);
    client.send({ type: 'end' });
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(await drained).toBe('drained');
  });

  it('[SES-46] says when the deadline passed first', async () => {
    await start();
    const client = await cluster.begin();
    expect(await cluster.gateway.drain(30)).toBe('deadline');
    expect(client.socket.isOpen).toBe(true);
  });

  it('[SES-47] ends what runs and has released every slot when it has closed', async () => {
    await start();
    const clients = await Promise.all([cluster.begin(), cluster.begin()]);
    await cluster.gateway.close();
    expect(await cluster.activeSessions()).toBe(0);
    for (const client of clients) {
      expect(await client.closed).toMatchObject({ code: 1012 });
      expect(client.told.at(-1)).toMatchObject({ code: 'shutting_down' });
    }
    await cluster.gateway.close();
  });

  it('[SES-47] [SES-33] has released slots claimed for sessions that were still opening', async () => {
    await start({ workers: 0 });
    const worker = await addWorker('slow', () => undefined);
    const client = await cluster.connect();
    await worker.linked(1);
    await cluster.gateway.close();
    expect(await cluster.activeSessions()).toBe(0);
    expect(await client.closed).toMatchObject({ code: 1012 });
  });
});

describe('broken frames', () => {
  it.each<[string, string, number]>([
    ['text that is not UTF-8', maskedFrame(0x81, Buffer.from('ff', 'hex')), 1007],
    ['a reserved bit', maskedFrame(0xc2, Buffer.alloc(4)), 1002],
    ['an unmasked frame', '820400000000', 1002],
    ['the header of a message over 64 KiB', '82ff000000000001000100000000', 1009],
  ])('[SES-35] end that session and free its slot: %s', async (_title, hex, code) => {
    await start();
    const other = await cluster.begin();
    const { port } = cluster.gateway.servers[0]?.address ?? { port: 0 };
    const raw = await openRawSocket(port, { path: STREAM_PATH });
    await expect.poll(() => cluster.activeSessions()).toBe(2);
    raw.sendHex(hex);
    expect((await raw.closeFrame()).code).toBe(code);
    raw.tcp.destroy();
    await expect.poll(() => cluster.activeSessions(), { timeout: 2000 }).toBe(1);
    other.send({ type: 'end' });
    expect(await other.closed).toMatchObject({ code: 1000 });
  });
});

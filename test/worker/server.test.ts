import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import { noMetrics } from '../../src/base/metrics.ts';
import { createWorkerDigest } from '../../src/worker/digest.ts';
import { startWorkerServer, type WorkerServer } from '../../src/worker/server.ts';
import { workerInfo } from '../support/fleet.ts';
import { maskedFrame, openRawSocket } from '../support/raw-socket.ts';
import { createScriptedEngine, type ScriptedEngine } from '../support/scripted-engine.ts';
import { connectTo, type TestClient } from '../support/stream-client.ts';

let server: WorkerServer;
let engine: ScriptedEngine;
afterEach(() => server.close());

async function start(capacity: number, options: { readonly lively?: boolean } = {}): Promise<void> {
  engine = createScriptedEngine(options);
  server = await startWorkerServer({
    listen: { host: '127.0.0.1', port: 0 },
    engine,
    capacity: () => capacity,
    clock: systemClock,
    log: silentLogger,
    metrics: noMetrics,
    onRequest: (_request, response) => void response.writeHead(404).end(),
  });
}

async function open(number: number): Promise<TestClient> {
  const link = await connectTo(`${server.server.wsUrl}/session`);
  link.send({ session_id: `sess_00000000000${number}` });
  return link;
}

describe('the port of a worker', () => {
  it('[SES-52] holds no more sessions than it has slots, with no registry in sight', async () => {
    await start(2);
    const first = await open(1);
    const second = await open(2);
    await Promise.all([first.heard('session.begin'), second.heard('session.begin')]);
    const third = await open(3);
    expect(await third.closed).toMatchObject({ code: 1013 });
    expect(third.told).toMatchObject([{ code: 'no_capacity', retry_after_ms: 1000 }]);
    expect(server.sessions().map(({ id }) => id)).toEqual(['sess_000000000001', 'sess_000000000002']);

    first.socket.terminate();
    await expect.poll(() => server.sessions().length).toBe(1);
    await (await open(4)).heard('session.begin');
  });

  it('[SES-52] gives no slot to a link that has said nothing', async () => {
    await start(1);
    await connectTo(`${server.server.wsUrl}/session`);
    await (await open(1)).heard('session.begin');
    expect(server.sessions()).toHaveLength(1);
  });

  it('[SES-58] takes no new session while it drains, and lets its own end', async () => {
    await start(2);
    const running = await open(1);
    await running.heard('session.begin');
    const drained = server.drain(10_000);
    const refused = await open(2);
    expect(await refused.closed).toMatchObject({ code: 1012 });
    expect(refused.told).toMatchObject([{ code: 'shutting_down' }]);
    expect(server.isDraining).toBe(true);
    running.send(new Uint8Array(3200));
    running.send({ type: 'end' });
    expect(await running.closed).toMatchObject({ code: 1000 });
    expect(await drained).toBe('drained');
  });

  it('[SES-58] ends at the deadline what would not end, with shutting_down', async () => {
    await start(2, { lively: false });
    const running = await open(1);
    await running.heard('session.begin');
    expect(await server.drain(50)).toBe('deadline');
    await server.close();
    expect(await running.closed).toMatchObject({ code: 1012 });
    expect(running.told.at(-1)).toMatchObject({ code: 'shutting_down', retry: 'now' });
    expect(engine.sessions[0]?.isClosed).toBe(true);
  });

  it.each<[string, string, number]>([
    ['text that is not UTF-8', maskedFrame(0x81, Buffer.from('ff', 'hex')), 1007],
    ['a reserved bit', maskedFrame(0xc2, Buffer.alloc(4)), 1002],
    ['an unmasked frame', '820400000000', 1002],
    ['an unknown opcode', maskedFrame(0x83, Buffer.alloc(1)), 1002],
    ['the header of 2^62 bytes', '82ff400000000000000000000000', 1009],
  ])('[SES-57] %s ends that link and no other', async (_title, hex, code) => {
    await start(2);
    const bystander = await open(1);
    await bystander.heard('session.begin');
    const { port } = server.server.address;
    const raw = await openRawSocket(port, { path: '/session' });
    raw.sendHex(maskedFrame(0x81, Buffer.from('{"session_id":"sess_00000000000a"}')));
    raw.sendHex(hex);
    expect((await raw.closeFrame()).code).toBe(code);
    raw.tcp.destroy();
    await expect.poll(() => server.sessions().length).toBe(1);
    bystander.send(new Uint8Array(3200));
    bystander.send({ type: 'end' });
    expect(await bystander.closed).toMatchObject({ code: 1000 });
  });

  it('serves sessions at its one path alone', async () => {
    await start(1);
    await expect(connectTo(`${server.server.wsUrl}/elsewhere`)).rejects.toThrow(/404.*\/session/);
  });

  it('[SES-61] tells monitors its load and how far each session is', async () => {
    await start(2);
    const info = workerInfo('w1', { capacity: 2 });
    const digest = createWorkerDigest({
      engine,
      clock: systemClock,
      beatMs: 2000,
      info: () => info,
      isDraining: () => server.isDraining,
      sessions: () => server.sessions(),
      decodedSamples: () => server.decodedSamples(),
    });
    const link = await open(1);
    await link.heard('session.begin');
    link.send(new Uint8Array(32_000));
    await expect.poll(() => server.decodedSamples()).toBe(16_000);
    expect(digest()).toMatchObject({
      role: 'worker',
      id: 'w1',
      status: 'ready',
      capacity: 2,
      active: 1,
      audio_rate: expect.any(Number),
      sessions: [{ id: 'sess_000000000001', received_s: 1, decoded_s: 1 }],
    });
    link.send({ type: 'end' });
    await link.closed;
    await expect.poll(() => server.sessions().length).toBe(0);
    expect(server.decodedSamples()).toBe(16_000);
  });
});

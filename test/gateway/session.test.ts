import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../support/fake-clock.ts';
import { type ClusterOptions, startCluster, type TestCluster } from '../support/cluster.ts';
import {
  createScriptedEngine,
  finalOf,
  partialOf,
  type ScriptedEngine,
  type ScriptedSession,
} from '../support/scripted-engine.ts';

let cluster: TestCluster;
let engine: ScriptedEngine;
afterEach(() => cluster.stop());

async function start(options: Partial<ClusterOptions> & { readonly lively?: boolean } = {}): Promise<void> {
  engine = createScriptedEngine(options.lively === undefined ? {} : { lively: options.lively });
  cluster = await startCluster({ engine, ...options });
}

/** The engine's side of the `index`th session. */
function atEngine(index = 0): ScriptedSession {
  const session = engine.sessions[index];
  if (!session) throw new Error('the engine has no such session');
  return session;
}

/** Lets sockets move while the clock of the gateway stands still. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('a session', () => {
  it('[SES-1] [SES-2] begins, tells events in order with numbers without a hole, and ends with 1000', async () => {
    await start();
    const client = await cluster.begin({ speaker: 'ann' });
    client.send(new Uint8Array(32_000));
    await expect.poll(() => atEngine().samples).toBe(16_000);
    atEngine().say({ type: 'speech-start', atSample: 512 });
    atEngine().say(partialOf('hel', 512, 8000));
    atEngine().say({ type: 'speech-end', atSample: 9000 });
    atEngine().say(finalOf('hello', 512, 9000));
    client.send({ type: 'end' });
    expect(await client.closed).toEqual({ code: 1000, reason: 'completed' });
    expect(client.told.map(({ type, seq }) => [type, seq])).toEqual([
      ['session.begin', 1],
      ['vad.speech_start', 2],
      ['transcript.partial', undefined],
      ['vad.speech_end', 3],
      ['transcript.final', 4],
      ['session.end', 5],
    ]);
    expect(client.told.at(-1)).toMatchObject({ total_duration: 1, transcript: 'hello' });
  });

  it('[SES-6] listens to nothing after end', async () => {
    await start({ lively: false });
    const client = await cluster.begin();
    client.send({ type: 'end' });
    client.send(new Uint8Array(32_000));
    client.send('not JSON');
    client.send({ type: 'end' });
    await expect.poll(() => atEngine().controls).toEqual(['end']);
    atEngine().say({ type: 'ended', decodedSample: 0, speechSamples: 0 });
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(client.types()).toEqual(['session.begin', 'session.end']);
    expect(client.told.at(-1)).toMatchObject({ total_duration: 0 });
    expect(atEngine().samples).toBe(0);
  });

  it('[SES-7] takes a flush before any audio', async () => {
    await start();
    const client = await cluster.begin();
    client.send({ type: 'flush' });
    client.send(new Uint8Array(3200));
    client.send({ type: 'end' });
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(atEngine().controls).toEqual(['flush', 'end']);
  });

  it('[SES-5] is ended by the twentieth broken message', async () => {
    await start();
    const client = await cluster.begin();
    for (let count = 0; count < 25; count++) client.send('{"type":"banana"}');
    expect(await client.closed).toMatchObject({ code: 4400 });
    const errors = client.told.filter(({ type }) => type === 'error');
    expect(errors.map(({ recoverable }) => recoverable)).toEqual([...Array<boolean>(19).fill(true), false]);
    expect(errors.map(({ seq }) => seq)).toEqual(errors.map((_, index) => index + 2));
  });

  it.each<[Record<string, string>, string, number]>([
    [{ banana: '1' }, 'invalid_parameters', 4400],
    [{ sample_rate: '1000' }, 'invalid_parameters', 4400],
    [{ model: 'nobody-has-it' }, 'invalid_parameters', 4400],
    [{ encoding: 'opus' }, 'invalid_parameters', 4400],
  ])('[SES-8] [SES-4] refuses %o before it takes a slot', async (query, code, close) => {
    await start();
    const client = await cluster.connect(query);
    expect(await client.closed).toEqual({ code: close, reason: code });
    expect(client.told).toMatchObject([{ type: 'error', seq: 1, code, recoverable: false, retry: 'never' }]);
    expect([engine.sessions, await cluster.activeSessions()]).toEqual([[], 0]);
  });

  it('[SES-8] says which options have no effect', async () => {
    await start();
    const client = await cluster.begin({ enhance_on_end: 'true', vocabulary: '["x"]', room: 'r1' });
    expect(client.told[0]).toMatchObject({
      warnings: ['enhance_on_end', 'vocabulary', 'room'].map((option) => ({
        code: 'unsupported_option',
        option,
      })),
    });
  });

  it('[SES-9] acknowledges four times a second at most, in frames of the client', async () => {
    await start();
    const client = await cluster.begin({ acks: 'true', sample_rate: '8000' });
    const startMs = performance.now();
    client.send(new Uint8Array(16_000));
    client.send(new Uint8Array(16_000));
    await client.heard('ack', 3);
    expect(performance.now() - startMs).toBeGreaterThan(700);
    const ack = await client.heard('ack', 3);
    expect(ack).toMatchObject({ type: 'ack', received: 16_000, committed: 0 });
    // What the resampler holds back is not decoded yet.
    expect(16_000 - Number(ack['decoded'])).toBeLessThan(200);
  });

  it('[SES-9] acknowledges each step where that was asked for, and nothing where not', async () => {
    await start();
    const steps = await cluster.begin({ acks: 'step' });
    steps.send(new Uint8Array(3200));
    expect(await steps.heard('ack')).toMatchObject({ decoded: 1600 });
    const none = await cluster.begin();
    none.send(new Uint8Array(3200));
    none.send({ type: 'end' });
    await none.closed;
    expect(none.told.filter(({ type }) => type === 'ack')).toEqual([]);
  });
});

describe('limits of a session, on a clock that is moved', () => {
  it('[SES-23] ends an idle client after a minute; a keepalive is enough to stay', async () => {
    const clock = createFakeClock();
    await start({ clock });
    const idle = await cluster.begin();
    const kept = await cluster.begin();
    await clock.advance(59_000);
    kept.send({ type: 'keepalive' });
    await settle();
    await clock.advance(2000);
    expect(await idle.closed).toMatchObject({ code: 4408 });
    expect(idle.told.at(-1)).toMatchObject({ code: 'idle_timeout', retry: 'never' });
    expect(kept.socket.isOpen).toBe(true);
  });

  it('[SES-24] [SES-23] ends a session after four hours, idle or not once it said end', async () => {
    const clock = createFakeClock();
    await start({ clock, lively: false });
    const client = await cluster.begin();
    client.send({ type: 'end' });
    await expect.poll(() => atEngine().controls).toEqual(['end']);
    // Long enough to be idle in every second of it, and the rest of the four hours at once.
    await clock.advance(120_000);
    clock.leap(4 * 3_600_000 - 121_000);
    await clock.advance(1000);
    await settle();
    expect(client.socket.isOpen).toBe(true);
    await clock.advance(1000);
    expect(await client.closed).toMatchObject({ code: 4000 });
    expect(client.told.at(-1)).toMatchObject({ code: 'session_timeout', retry: 'never' });
  });

  it('[SES-22] [SES-21] warns of lag once, then ends the session', async () => {
    const clock = createFakeClock();
    await start({ clock, lively: false });
    const client = await cluster.begin();
    client.send(new Uint8Array(60_000));
    for (let second = 0; second < 10; second++) {
      client.send(new Uint8Array(32_000));
      await settle();
      await clock.advance(1000);
    }
    expect(await client.closed).toMatchObject({ code: 4010 });
    expect(client.types()).toEqual(['session.begin', 'warning', 'error']);
    expect(client.told[1]).toMatchObject({ code: 'processing_lag', lag_s: expect.any(Number) });
    expect(client.told[2]).toMatchObject({ code: 'lag_exceeded', retry: 'now' });
  });
});

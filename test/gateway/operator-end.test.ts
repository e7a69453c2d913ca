/** Sessions that an operator ends: their clients hear everything, as after an `end` of their own. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../../src/base/ids.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createScriptedEngine, finalOf, type ScriptedEngine } from '../support/scripted-engine.ts';

const RENEW_MS = 5000;
const REASON = 'ended_by_operator';

let cluster: TestCluster;
let engine: ScriptedEngine;
let clock: FakeClock;
afterEach(() => cluster.stop());

async function start(lively = true): Promise<void> {
  clock = createFakeClock();
  engine = createScriptedEngine({ lively });
  cluster = await startCluster({ engine, clock });
}

const end = (id: SessionId): Promise<string> => cluster.registry.control.endSession(id, REASON);

describe('a session that an operator ends', () => {
  it('[CTL-8] is ended in order at the next renewal, and its client is told', async () => {
    await start();
    const client = await cluster.begin();
    client.send(new Uint8Array(32_000));
    await expect.poll(() => engine.sessions[0]?.samples).toBe(16_000);
    engine.sessions[0]?.say(finalOf('hello', 0, 1024));
    await client.heard('transcript.final');
    expect(await end(client.id)).toBe('asked');
    await clock.advance(RENEW_MS);
    expect(await client.closed).toEqual({ code: 1000, reason: REASON });
    expect(client.types()).toEqual(['session.begin', 'transcript.final', 'warning', 'session.end']);
    expect(client.told.map(({ seq }) => seq).filter(Boolean)).toEqual([1, 2, 3, 4]);
    expect(client.told.at(-2)).toMatchObject({ code: REASON });
    expect(client.told.at(-1)).toMatchObject({ transcript: 'hello', total_duration: 1 });
    expect(engine.sessions[0]?.controls).toContain('end');
    await expect.poll(() => cluster.activeSessions()).toBe(0);
    expect(await cluster.registry.fleet.session(client.id)).toMatchObject({
      status: 'ended',
      endReason: REASON,
      audioDuration: 1,
    });
  });

  it('[CTL-8] [SES-3] that its client ends first has completed', async () => {
    await start(false);
    const client = await cluster.begin();
    client.send({ type: 'end' });
    await expect.poll(() => engine.sessions[0]?.controls).toContain('end');
    await end(client.id);
    await clock.advance(2 * RENEW_MS);
    expect(client.types()).toEqual(['session.begin']);
    expect(engine.sessions[0]?.controls.filter((control) => control === 'end')).toHaveLength(1);
  });

  it('[CTL-8] [SES-6] hears nothing more of its client, and is told once', async () => {
    await start(false);
    const client = await cluster.begin();
    await end(client.id);
    await clock.advance(RENEW_MS);
    await client.heard('warning');
    client.send('nonsense');
    client.send(new Uint8Array(3200));
    await clock.advance(2 * RENEW_MS);
    expect(client.types()).toEqual(['session.begin', 'warning']);
    expect(engine.sessions[0]?.samples).toBe(0);
  });

  it('[CTL-7] [CTL-8] leaves all others alone', async () => {
    await start();
    const [one, other] = [await cluster.begin(), await cluster.begin()];
    await end(one.id);
    await clock.advance(2 * RENEW_MS);
    expect(await one.closed).toMatchObject({ code: 1000 });
    expect(other.types()).toEqual(['session.begin']);
    expect(other.socket.isOpen).toBe(true);
  });

  it('[CTL-8] [RSM-9] whose client is away is ended too, and told when it comes back', async () => {
    await start();
    const client = await cluster.begin({ acks: 'true' });
    const token = String((await client.heard('session.begin'))['resume_token']);
    await clock.advance(3000);
    client.socket.terminate();
    await client.closed;
    await end(client.id);
    await clock.advance(RENEW_MS - 3000);
    await expect.poll(async () => (await cluster.registry.fleet.session(client.id))?.status).toBe('ended');
    const back = await cluster.connect({ acks: 'true', resume: 'true' });
    back.send({ type: 'resume', token, from_sample: 0, have_seq: 1 });
    expect(await back.closed).toMatchObject({ code: 1000 });
    expect(back.types().at(-1)).toBe('session.end');
  });
});

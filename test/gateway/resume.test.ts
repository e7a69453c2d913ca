/** Clients that come back, on the same gateway and on another one, with workers whose every message the test decides. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../../src/base/ids.ts';
import type { WorkerSessionConfig } from '../../src/protocol/worker-messages.ts';
import { startCluster, type TestCluster, type TestGateway } from '../support/cluster.ts';
import { workerInfo } from '../support/fleet.ts';
import { createScriptedEngine } from '../support/scripted-engine.ts';
import { type ScriptedLink, type ScriptedWorker, startScriptedWorker } from '../support/scripted-worker.ts';
import type { TestClient, Told } from '../support/stream-client.ts';

const GRID = 512;
const QUERY = { acks: 'step' };

let cluster: TestCluster;
let other: TestGateway;
let worker: ScriptedWorker;

beforeEach(async () => {
  cluster = await startCluster({ engine: createScriptedEngine(), workers: 0 });
  other = await cluster.addGateway('gateway-2');
  worker = await startScriptedWorker(({ ready }) => ready());
  const info = workerInfo('w', { endpoint: worker.url, capacity: 9, models: ['scripted-en', 'fast'] });
  await cluster.registry.registration.register(info, 60_000);
});
afterEach(async () => {
  await cluster.stop();
  await worker.stop();
});

const say = (link: ScriptedLink, message: object): void => link.socket.send(JSON.stringify(message));
const progress = (decoded: number, commit: number): object => ({
  type: 'progress',
  received: decoded,
  decoded,
  commit_sample: commit,
});
const final = (text: string, commit: number): object => ({
  type: 'transcript.final',
  text,
  ...{ start: 0.1, end: 0.9, audio_end: 0.9, confidence: 1, words: null, commit_sample: commit },
});

function audio(startSample: number, samples: number): Uint8Array {
  const pcm = Int16Array.from({ length: samples }, (_, i) => (startSample + i) & 0x7fff);
  return new Uint8Array(pcm.buffer);
}

const configOf = (link: ScriptedLink): WorkerSessionConfig =>
  JSON.parse(link.texts[0] ?? '{}') as WorkerSessionConfig;
const tokenOf = (begin: Told): string => String(begin['resume_token']);

/** A session with a final, some speech that is not final, and what the client knows of it. */
async function begun(): Promise<{
  client: TestClient;
  link: ScriptedLink;
  token: string;
  committed: number;
}> {
  const client = await cluster.begin(QUERY);
  const link = await worker.linked(1);
  client.send(audio(0, 20 * GRID));
  await expect.poll(() => link.audio.length).toBe(40 * GRID);
  say(link, final('one', 8 * GRID));
  await client.heard('transcript.final');
  say(link, { type: 'vad.speech_start', timestamp: 0.3 });
  await client.heard('vad.speech_start');
  await cluster.journaled(client.told.at(-1)?.seq ?? 0);
  say(link, progress(18 * GRID, 8 * GRID));
  const ack = await client.heard('ack');
  return {
    client,
    link,
    token: tokenOf(await client.heard('session.begin')),
    committed: Number(ack['committed']),
  };
}

async function resume(
  gateway: Pick<TestGateway, 'connect'>,
  claim: { readonly token: string; readonly from_sample: number; readonly have_seq: number },
): Promise<TestClient> {
  const client = await gateway.connect({ ...QUERY, resume: 'true' });
  client.send({ type: 'resume', ...claim });
  return client;
}

describe('a client that comes back', () => {
  it.each(['the same gateway', 'another gateway'])(
    '[RSM-3] [RSM-5] goes on at %s where it was',
    async (where) => {
      const { client, token, committed } = await begun();
      expect(committed).toBe(7 * GRID);
      client.socket.terminate();
      const gateway = where === 'another gateway' ? other : cluster;
      const back = await resume(gateway, { token, from_sample: committed, have_seq: 1 });
      const begin = await back.heard('session.begin');
      expect(begin).toMatchObject({
        session_id: (client as TestClient & { id: string }).id,
        epoch: 2,
        seq: 4,
        resumed: { complete: true, send_from_sample: 7 * GRID, replayed: 2 },
      });
      await back.heard('vad.speech_start');
      expect(back.told.map(({ type, seq }) => [type, seq])).toEqual([
        ['session.begin', 4],
        ['transcript.final', 2],
        ['vad.speech_start', 3],
      ]);
      const next = await worker.linked(2);
      expect(configOf(next)).toMatchObject({ epoch: 2, from_sample: 8 * GRID, history_samples: GRID });
      back.send(audio(7 * GRID, 13 * GRID));
      await expect.poll(() => next.audio.length).toBe(26 * GRID);
      expect(new Uint8Array(next.audio)).toEqual(audio(7 * GRID, 13 * GRID));
      // The next worker hears the same speech begin, and then what nobody has heard.
      say(next, { type: 'vad.speech_start', timestamp: 0.3 });
      say(next, final('two', 19 * GRID));
      expect(await back.heard('transcript.final', 1)).toMatchObject({ text: 'two', seq: 5 });
      back.send({ type: 'end' });
      await expect.poll(() => next.texts.length).toBe(2);
      const totals = { total_duration: 1, total_speech_duration: 1, transcript: '', segments: [] };
      say(next, { type: 'session.end', session_id: begin['session_id'], ...totals });
      expect(await back.heard('session.end')).toMatchObject({
        transcript: 'one two',
        total_duration: (20 * GRID) / 16_000,
      });
      expect(await back.closed).toMatchObject({ code: 1000 });
    },
  );

  it('[RSM-6] puts its former connection out of the session', async () => {
    const { client, link, token, committed } = await begun();
    const back = await resume(other, { token, from_sample: committed, have_seq: 3 });
    await back.heard('session.begin');
    // The former owner learns it from the journal, before it says anything that is not its own to say.
    say(link, final('too late', 10 * GRID));
    expect(await client.closed).toMatchObject({ code: 4009 });
    expect(client.told.at(-1)).toMatchObject({ code: 'superseded', retry: 'never' });
    expect(client.told.at(-1)).not.toHaveProperty('seq');
    const next = await worker.linked(2);
    say(next, final('two', 12 * GRID));
    expect(await back.heard('transcript.final')).toMatchObject({ text: 'two', seq: 5 });
    expect(await cluster.registry.fleet.session((client as TestClient & { id: never }).id)).toMatchObject({
      status: 'active',
      gatewayId: 'gateway-2',
      epoch: 2,
    });
  });

  it('[RSM-7] may show the same token again when the answer was lost, until it has sent audio', async () => {
    const { client, token, committed } = await begun();
    client.socket.terminate();
    const lost = await resume(other, { token, from_sample: committed, have_seq: 3 });
    await lost.heard('session.begin');
    lost.socket.terminate();
    const back = await resume(cluster, { token, from_sample: committed, have_seq: 3 });
    const begin = await back.heard('session.begin');
    expect(begin).toMatchObject({ epoch: 3, resumed: { complete: true, replayed: 1 } });
    back.send(audio(committed, GRID));
    const next = await worker.linked(3);
    await expect.poll(() => next.audio.length).toBe(2 * GRID);
    const id = begin['session_id'] as SessionId;
    // The next renewal writes it down.
    const sums = async () => (await cluster.registry.fleet.session(id))?.resume?.split(' ').length;
    await expect.poll(sums, { timeout: 7000 }).toBe(1);
    const thief = await resume(other, { token, from_sample: committed, have_seq: 3 });
    expect(await thief.closed).toMatchObject({ code: 4410 });
    const rightful = await resume(other, { token: tokenOf(begin), from_sample: committed, have_seq: 5 });
    expect(await rightful.heard('session.begin')).toMatchObject({ epoch: 4 });
  }, 15_000);

  it('[RSM-2] finds what was decoded while it was away', async () => {
    const { client, link, token, committed } = await begun();
    client.socket.terminate();
    say(link, final('two', 16 * GRID));
    await cluster.journaled(4);
    const back = await resume(other, { token, from_sample: committed, have_seq: 3 });
    expect(await back.heard('session.begin')).toMatchObject({
      resumed: { complete: true, send_from_sample: 15 * GRID, replayed: 1 },
    });
    expect(await back.heard('transcript.final')).toMatchObject({ text: 'two', seq: 4 });
  });

  it('[RSM-9] is told to its end when the session ended without it', async () => {
    const { client, link, token, committed } = await begun();
    client.send({ type: 'end' });
    await expect.poll(() => link.texts.length).toBe(2);
    client.socket.terminate();
    const totals = { total_duration: 1, total_speech_duration: 1, transcript: '', segments: [] };
    say(link, final('two', 20 * GRID));
    say(link, { type: 'session.end', session_id: 'x', ...totals });
    await cluster.journaled(5);
    await expect.poll(() => cluster.gateway.sessionCount).toBe(0);
    const back = await resume(other, { token, from_sample: committed, have_seq: 3 });
    expect(await back.closed).toMatchObject({ code: 1000 });
    expect(back.types()).toEqual(['session.begin', 'transcript.final', 'session.end']);
    expect(worker.links).toHaveLength(1);
  });

  it('[RSM-8] is told when audio is lost', async () => {
    const { client, token } = await begun();
    client.socket.terminate();
    const back = await resume(other, { token, from_sample: 14 * GRID, have_seq: 3 });
    expect(await back.heard('session.begin')).toMatchObject({
      resumed: { complete: false, send_from_sample: 14 * GRID },
    });
    expect(configOf(await worker.linked(2))).toMatchObject({ from_sample: 15 * GRID, history_samples: GRID });
  });

  it('[RSM-10] with a token of nobody gets nothing', async () => {
    await begun();
    const back = await resume(other, {
      token: 'r1.sess_0123456789ab.1.abcdefgh',
      from_sample: 0,
      have_seq: 0,
    });
    expect(await back.closed).toMatchObject({ code: 4410 });
    expect(back.told).toMatchObject([{ code: 'resume_failed', retry: 'never' }]);
    const speechless = await other.connect({ ...QUERY, resume: 'true' });
    speechless.send({ type: 'end' });
    expect(await speechless.closed).toMatchObject({ code: 4400 });
  });
});

describe('a session that can be resumed', () => {
  it('[RSM-1] says so, and another does not', async () => {
    const client = await cluster.begin(QUERY);
    expect(tokenOf(await client.heard('session.begin'))).toMatch(/^r1\.sess_/);
    const plain = await cluster.begin();
    expect(await plain.heard('session.begin')).not.toHaveProperty('resume_token');
  });

  it('[RSM-2] frees its slot when nobody comes back, and at once when its client took leave', async () => {
    const leaving = await cluster.begin(QUERY);
    leaving.socket.close(1000, 'bye');
    await expect.poll(() => cluster.activeSessions(), { timeout: 2000 }).toBe(0);
    const vanishing = await cluster.begin(QUERY);
    vanishing.socket.terminate();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await cluster.activeSessions()).toBe(1);
    await expect.poll(() => cluster.activeSessions(), { timeout: 5000 }).toBe(0);
  }, 15_000);

  it('[RSM-11] survives its gateway: the error is no event of the session', async () => {
    const { client, token, committed } = await begun();
    await cluster.gateway.close();
    expect(await client.closed).toMatchObject({ code: 1012 });
    expect(client.told.at(-1)).toMatchObject({ code: 'shutting_down', retry: 'now' });
    expect(client.told.at(-1)).not.toHaveProperty('seq');
    const back = await resume(other, { token, from_sample: committed, have_seq: 3 });
    expect(await back.heard('session.begin')).toMatchObject({ resumed: { complete: true, replayed: 0 } });
  });
});

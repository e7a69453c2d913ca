import { afterEach, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createScriptedEngine, finalOf, partialOf, type ScriptedEngine } from '../support/scripted-engine.ts';
import type { Told } from '../support/stream-client.ts';

let cluster: TestCluster;
let engine: ScriptedEngine;
const stopped = new AbortController();
afterEach(() => cluster.stop());

async function start(publishTranscripts = true): Promise<Told[]> {
  engine = createScriptedEngine();
  cluster = await startCluster({ engine, gateway: { publishTranscripts } });
  const published: Told[] = [];
  const listen = async (): Promise<void> => {
    for await (const { channel, message } of cluster.bus.channels.subscribe('*', stopped.signal)) {
      published.push({ channel, ...(JSON.parse(message) as Told) });
    }
  };
  void listen();
  return published;
}

/** A session with one partial and one final, to its end. */
async function speak(query: Readonly<Record<string, string>> = {}) {
  const client = await cluster.begin(query);
  engine.sessions.at(-1)?.say(partialOf('hel', 0, 512));
  engine.sessions.at(-1)?.say(finalOf('hello', 0, 1024));
  client.send({ type: 'end' });
  await client.closed;
  await expect.poll(() => cluster.gateway.sessionCount).toBe(0);
  return client;
}

describe('what others see of a session', () => {
  it('[SES-40] its journal holds every durable event as its client got it', async () => {
    await start();
    const client = await speak();
    const entries = await cluster.bus.journal.read(client.id, 0);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(entries.map(({ json }) => JSON.parse(json) as unknown)).toEqual(
      client.told.filter(({ seq }) => seq !== undefined),
    );
  });

  it('[SES-48] its record says what was committed by its end', async () => {
    await start();
    const client = await cluster.begin();
    client.send(new Uint8Array(2 * 16_000));
    client.send({ type: 'end' });
    await client.closed;
    await expect.poll(() => cluster.gateway.sessionCount).toBe(0);
    const record = await cluster.registry.fleet.session(client.id);
    expect(record).toMatchObject({ status: 'ended', audioDuration: 1, committed: 16_000 });
  });

  it('[SES-42] its events are published under its id, partials included', async () => {
    const published = await start();
    const client = await speak({ speaker: 'ann' });
    const labels = { session_id: client.id, model: 'scripted-en', speaker: 'ann' };
    const channel = `transcription-stream:${client.id}`;
    await expect.poll(() => published.length).toBe(4);
    expect(published).toEqual(client.told.map((event) => ({ channel, ...event, ...labels })));
  });

  it('[SES-42] nothing is published of a refused session', async () => {
    const published = await start();
    await (await cluster.connect({ model: 'nobody-has-it' })).closed;
    await speak();
    await expect.poll(() => published.length).toBe(4);
    expect(published.map(({ type }) => type)).not.toContain('error');
  });

  it('[SES-42] [SES-45] neither transcripts nor last texts leave where publishing is off', async () => {
    const published = await start(false);
    const client = await speak();
    expect(await cluster.bus.journal.read(client.id, 0)).toHaveLength(3);
    expect(published).toEqual([]);
  });

  it.each([
    [true, 'hello'],
    [false, ''],
  ])('[SES-45] the digest tells of running sessions, with texts: %s', async (publishTranscripts, text) => {
    const clock = createFakeClock();
    engine = createScriptedEngine();
    cluster = await startCluster({ engine, clock, gateway: { publishTranscripts } });
    const client = await cluster.begin({ sample_rate: '8000' });
    client.send(new Uint8Array(16_000));
    engine.sessions[0]?.say(finalOf('hello', 0, 1024));
    await client.heard('transcript.final');
    await clock.advance(2000);
    const digest = JSON.parse(
      (await cluster.registry.fleet.snapshot()).get('gateway:gateway-1') ?? '',
    ) as object;
    expect(digest).toMatchObject({
      role: 'gateway',
      status: 'ready',
      url: cluster.url,
      sessions_total: 1,
      rejects_total: 0,
      sessions: [
        {
          id: client.id,
          worker_id: 'worker-1',
          model: 'scripted-en',
          language: 'en',
          audio_s: 1,
          finals: 1,
          last_text: text,
          last_text_final: true,
          last_confidence: 0.9123,
        },
      ],
    });
  });

  it('[SES-45] the digest leaves with its gateway and counts refusals', async () => {
    const clock = createFakeClock();
    engine = createScriptedEngine();
    cluster = await startCluster({ engine, clock });
    await (await cluster.connect({ model: 'nobody-has-it' })).closed;
    await clock.advance(2000);
    const digests = await cluster.registry.fleet.snapshot();
    expect(JSON.parse(digests.get('gateway:gateway-1') ?? '')).toMatchObject({
      rejects_total: 1,
      sessions: [],
    });
    await cluster.gateway.close();
    expect((await cluster.registry.fleet.snapshot()).has('gateway:gateway-1')).toBe(false);
  });
});

/** A session that loses its worker, with workers whose every message the test decides. */
import { describe, expect, test } from 'vitest';
import type { WorkerSessionConfig } from '../../src/protocol/worker-messages.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { workerInfo } from '../support/fleet.ts';
import { openScriptedFleet, type ScriptedFleet } from '../support/scripted-fleet.ts';
import type { ScriptedLink, ScriptedWorker } from '../support/scripted-worker.ts';
import type { TestClient } from '../support/stream-client.ts';

const LIMITS = { stallMs: 400, standstillMs: 1500, graceMs: 5000 };
const GRID = 512;

const it = test.extend<ScriptedFleet & { readonly fleet: ScriptedFleet }>({
  fleet: async ({ onTestFinished }, use) => {
    await use(await openScriptedFleet(onTestFinished, { gateway: { failover: LIMITS } }));
  },
  cluster: ({ fleet }, use) => use(fleet.cluster),
  workers: ({ fleet }, use) => use(fleet.workers),
  addWorker: ({ fleet }, use) => use(fleet.addWorker),
});

const say = (link: ScriptedLink, message: object): void => link.socket.send(JSON.stringify(message));
const progress = (decoded: number, commit = 0): object => ({
  type: 'progress',
  received: decoded,
  decoded,
  commit_sample: commit,
});
const final = (text: string, [start, end]: readonly [number, number], commit: number): object => ({
  type: 'transcript.final',
  text,
  ...{ start, end, audio_end: end, confidence: 1, words: null, commit_sample: commit },
});

/** Speaks four times a second, as workers do, until told to stop. */
function keepSpeaking(link: ScriptedLink, message: () => object = () => progress(0)): () => void {
  const timer = setInterval(() => say(link, message()), 100);
  void link.socket.closed.then(() => clearInterval(timer));
  return () => clearInterval(timer);
}

/** `samples` samples that say their own position. */
function audio(startSample: number, samples: number): Uint8Array {
  const pcm = Int16Array.from({ length: samples }, (_, i) => (startSample + i) & 0x7fff);
  return new Uint8Array(pcm.buffer);
}

function configOf(link: ScriptedLink): WorkerSessionConfig {
  return JSON.parse(link.texts[0] ?? '{}') as WorkerSessionConfig;
}

const seqs = (client: TestClient): readonly unknown[] =>
  client.told.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));

describe.concurrent('a session whose worker is gone', () => {
  it('[FLO-1] [FLO-8] [FLO-14] goes on at another one from the last restart point, under the next epoch', async ({
    expect,
    cluster,
    addWorker,
  }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    client.send(audio(0, 4 * GRID));
    const link = await first.linked(1);
    await expect.poll(() => link.audio.length).toBe(8 * GRID);
    say(link, final('one', [0.01, 0.05], 2 * GRID));
    await client.heard('transcript.final');
    link.socket.terminate();
    const next = await second.linked(1);
    expect(configOf(next)).toMatchObject({ epoch: 2, from_sample: 2 * GRID, history_samples: GRID });
    expect(configOf(link).model).toBe('fast');
    expect(configOf(next).model).toBe('scripted-en');
    await expect.poll(() => next.audio.length).toBe(6 * GRID);
    expect(new Uint8Array(next.audio)).toEqual(audio(GRID, 3 * GRID));
    client.send(audio(4 * GRID, GRID));
    await expect.poll(() => next.audio.length).toBe(8 * GRID);
    const warning = await client.heard('warning');
    expect(warning).toMatchObject({ code: 'failover' });
    expect(warning['gap_ms']).toBeLessThan(1000);
    expect(seqs(client)).toEqual([1, 2, 3]);
    const record = await cluster.registry.fleet.session(client.id);
    expect(record).toMatchObject({ workerId: 'second', failovers: 1, epoch: 2, status: 'active' });
  });

  it('[FLO-2] repeats what the client asked for, at its place', async ({ expect, cluster, addWorker }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    client.send(audio(0, GRID));
    client.send({ type: 'config', vad_threshold: 0.7 });
    client.send(audio(GRID, 2 * GRID));
    client.send({ type: 'flush' });
    client.send(audio(3 * GRID, GRID));
    client.send({ type: 'end' });
    const link = await first.linked(1);
    await expect.poll(() => link.texts.length).toBe(4);
    say(link, progress(2 * GRID, 2 * GRID));
    say(link, { type: 'vad.speech_start', timestamp: 1 });
    await client.heard('vad.speech_start');
    link.socket.terminate();
    const next = await second.linked(1);
    await expect.poll(() => next.texts.length).toBe(3);
    expect(configOf(next)).toMatchObject({ vad_threshold: 0.7, from_sample: 2 * GRID });
    expect(next.texts.slice(1).map((text) => (JSON.parse(text) as { type: string }).type)).toEqual([
      'flush',
      'end',
    ]);
    expect(next.audio.length).toBe(2 * 3 * GRID);
    say(next, {
      type: 'session.end',
      session_id: client.id,
      total_duration: 1,
      total_speech_duration: 0.5,
      transcript: '',
      segments: [],
    });
    expect(await client.heard('session.end')).toMatchObject({
      total_speech_duration: 0.5,
      transcript: '',
      segments: [],
    });
    expect(await client.closed).toMatchObject({ code: 1000 });
  });

  it('[FLO-4] [FLO-5] is not told again what it was told', async ({ cluster, addWorker }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    const partial = (text: string, audioEnd: number): object => ({
      type: 'transcript.partial',
      text,
      ...{ start: 0.1, end: audioEnd, audio_end: audioEnd, stable_chars: 0 },
    });
    const link = await first.linked(1);
    say(link, { type: 'vad.speech_start', timestamp: 0.1 });
    say(link, partial('one', 0.5));
    say(link, partial('one two', 0.9));
    await client.heard('transcript.partial', 1);
    link.socket.terminate();
    const next = await second.linked(1);
    say(next, { type: 'vad.speech_start', timestamp: 0.1 });
    say(next, partial('one', 0.5));
    say(next, partial('one two', 0.9));
    say(next, partial('one two three', 1.2));
    say(next, final('one two three', [0.1, 1.2], 40 * GRID));
    await client.heard('transcript.final');
    expect(client.types()).toEqual([
      'session.begin',
      'vad.speech_start',
      'transcript.partial',
      'transcript.partial',
      'warning',
      'transcript.partial',
      'transcript.final',
    ]);
  });

  it('[FLO-8] speech of former workers counts in the end', async ({ expect, cluster, addWorker }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    const link = await first.linked(1);
    say(link, final('one', [1, 2.5], 100 * GRID));
    await client.heard('transcript.final');
    link.socket.terminate();
    const next = await second.linked(1);
    client.send({ type: 'end' });
    await expect.poll(() => next.texts.length).toBe(2);
    say(next, {
      type: 'session.end',
      session_id: client.id,
      total_duration: 9,
      total_speech_duration: 2,
      transcript: '',
      segments: [],
    });
    expect(await client.heard('session.end')).toMatchObject({
      total_speech_duration: 3.5,
      transcript: 'one',
    });
  });

  it('[FLO-8] survives the loss of the next worker during the replay', async ({
    expect,
    cluster,
    addWorker,
  }) => {
    const first = await addWorker('first');
    await addWorker('second', ({ ready, socket }) => {
      ready();
      setTimeout(() => socket.terminate(), 20);
    });
    const third = await addWorker('third');
    const client = await cluster.begin();
    for (let i = 0; i < 4; i++) client.send(audio(25 * i * GRID, 25 * GRID));
    const link = await first.linked(1);
    say(link, progress(90 * GRID));
    link.socket.terminate();
    const next = await third.linked(1);
    expect(configOf(next)).toMatchObject({ epoch: 3, from_sample: 0 });
    await expect.poll(() => next.audio.length).toBe(200 * GRID);
    expect(client.socket.isOpen).toBe(true);
  });

  it.for(['shutting_down', 'resource_exhausted', 'internal_error'] as const)(
    '[FLO-8] goes on elsewhere when its worker gives it up with %s',
    async (code, { cluster, addWorker }) => {
      const first = await addWorker('first');
      const second = await addWorker('second');
      const client = await cluster.begin();
      (await first.linked(1)).refuse(code, 1011);
      await second.linked(1);
      expect(await client.heard('warning')).toMatchObject({ code: 'failover' });
    },
  );

  it('[FLO-10] waits for a worker, says so, and goes on when there is one', async ({
    expect,
    cluster,
    addWorker,
  }) => {
    const first = await addWorker('first');
    const client = await cluster.begin();
    client.send(audio(0, 3 * GRID));
    const link = await first.linked(1);
    await cluster.registry.registration.deregister(workerInfo('first').id);
    link.socket.terminate();
    expect(await client.heard('warning')).toMatchObject({ code: 'degraded' });
    client.send(audio(3 * GRID, GRID));
    const late = await addWorker('late');
    const next = await late.linked(1);
    await expect.poll(() => next.audio.length).toBe(8 * GRID);
    expect(await client.heard('warning', 1)).toMatchObject({ code: 'failover' });
  });

  it('[FLO-10] the same worker may take it back once it has started again', async ({
    cluster,
    addWorker,
  }) => {
    const only = await addWorker('only');
    const client = await cluster.begin();
    (await only.linked(1)).socket.terminate();
    const again = await only.linked(2);
    expect(configOf(again)).toMatchObject({ epoch: 2 });
    expect(await client.heard('warning')).toMatchObject({ code: 'failover' });
  });

  it('[FLO-7] is ended when three workers in a row are lost at one place', async ({
    cluster,
    addWorker,
    workers,
  }) => {
    const kill: ScriptedWorker['script'] = (link) => {
      link.ready();
      setTimeout(() => {
        say(link, progress(20 * GRID));
        setTimeout(() => link.socket.terminate(), 20);
      }, 20);
    };
    for (const name of ['a', 'b', 'c', 'd']) await addWorker(name, kill);
    const client = await cluster.begin();
    client.send(audio(0, 30 * GRID));
    expect(await client.closed).toMatchObject({ reason: 'poison_audio' });
    expect(client.told.at(-1)).toMatchObject({ type: 'error', code: 'poison_audio', retry: 'never' });
    expect(workers.map(({ links }) => links.length)).toEqual([1, 1, 1, 0]);
  });
});

it.concurrent('[FLO-7] a place is known by what was said of it, before any progress was told', async ({
  cluster,
  addWorker,
  workers,
}) => {
  const kill: ScriptedWorker['script'] = (link) => {
    link.ready();
    const place = { start: 0.1, end: 0.6, audio_end: (20 * GRID) / 16_000, stable_chars: 0 };
    setTimeout(() => {
      say(link, { type: 'transcript.partial', text: 'one', ...place });
      setTimeout(() => link.socket.terminate(), 20);
    }, 20);
  };
  for (const name of ['a', 'b', 'c', 'd']) await addWorker(name, kill);
  const client = await cluster.begin();
  client.send(audio(0, 30 * GRID));
  expect(await client.closed).toMatchObject({ reason: 'poison_audio' });
  expect(workers.map(({ links }) => links.length)).toEqual([1, 1, 1, 0]);
});

describe.concurrent('a session whose worker stalls', () => {
  it('[FLO-6] [FLO-9] goes elsewhere, and the late words of the old worker change nothing', async ({
    cluster,
    addWorker,
  }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    client.send(audio(0, 10 * GRID));
    const link = await first.linked(1);
    const zombie: object[] = [];
    // Alive for the kernel alone: reads nothing, answers no ping.
    link.socket.pause();
    const next = await second.linked(1);
    const stop = keepSpeaking(next);
    link.socket.resume();
    for (const message of zombie) say(link, message);
    say(link, final('too late', [0.01, 0.1], 5 * GRID));
    say(next, final('in time', [0.01, 0.1], 5 * GRID));
    expect(await client.heard('transcript.final')).toMatchObject({ text: 'in time' });
    expect(client.told.filter(({ type }) => type === 'transcript.final')).toHaveLength(1);
    stop();
  });

  it('[FLO-6] goes elsewhere when its worker speaks but decodes nothing', async ({ cluster, addWorker }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    for (let i = 0; i < 4; i++) client.send(audio(25 * i * GRID, 25 * GRID));
    keepSpeaking(await first.linked(1), () => progress(0));
    expect(configOf(await second.linked(1))).toMatchObject({ epoch: 2 });
    expect(client.socket.isOpen).toBe(true);
  });

  it('[FLO-6] stays with a worker that has nothing to decode', async ({ cluster, addWorker }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    await cluster.begin();
    keepSpeaking(await first.linked(1), () => progress(0));
    await new Promise((resolve) => setTimeout(resolve, LIMITS.standstillMs + 500));
    expect(second.links).toHaveLength(0);
  });
});

describe.concurrent('a session whose worker drains', () => {
  it('[FLO-12] leaves without a word, from the last restart point', async ({
    expect,
    cluster,
    addWorker,
  }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    client.send(audio(0, 10 * GRID));
    const link = await first.linked(1);
    keepSpeaking(link, () => progress(10 * GRID, 6 * GRID));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await cluster.registry.registration.drain(workerInfo('first').id);
    const next = await second.linked(1);
    expect(configOf(next)).toMatchObject({ epoch: 2, from_sample: 6 * GRID });
    expect(await link.socket.closed).toMatchObject({ code: 1000 });
    keepSpeaking(next, () => progress(10 * GRID, 6 * GRID));
    await expect.poll(() => next.audio.length).toBe(2 * 5 * GRID);
    expect(client.types()).toEqual(['session.begin']);
  });

  it('[FLO-12] stays until its utterance is over', async ({ cluster, addWorker }) => {
    const first = await addWorker('first');
    const second = await addWorker('second');
    const client = await cluster.begin();
    const link = await first.linked(1);
    keepSpeaking(link, () => progress(0, 0));
    say(link, { type: 'vad.speech_start', timestamp: 0.1 });
    await client.heard('vad.speech_start');
    await cluster.registry.registration.drain(workerInfo('first').id);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(second.links).toHaveLength(0);
    say(link, { type: 'vad.speech_end', timestamp: 0.9 });
    say(link, final('one', [0.1, 0.9], 30 * GRID));
    expect(configOf(await second.linked(1))).toMatchObject({ from_sample: 30 * GRID });
  });

  it('[FLO-12] stays where no other worker is free', async ({ cluster, addWorker }) => {
    const first = await addWorker('first');
    const client = await cluster.begin();
    const link = await first.linked(1);
    keepSpeaking(link);
    await cluster.registry.registration.drain(workerInfo('first').id);
    await new Promise((resolve) => setTimeout(resolve, 700));
    say(link, final('still here', [0.1, 0.9], 30 * GRID));
    expect(await client.heard('transcript.final')).toMatchObject({ text: 'still here' });
    expect(await cluster.activeSessions()).toBe(1);
  });
});

describe.concurrent('while a session has no worker', () => {
  it('[FLO-11] it has no lag, and none while the next one catches up', async ({ onTestFinished }) => {
    const lag = { warnMs: 200, hardMs: 400, graceMs: 100 };
    const { cluster, addWorker } = await openScriptedFleet(onTestFinished, {
      gateway: { failover: LIMITS, lag },
    });
    const first = await addWorker('first');
    const client = await cluster.begin();
    for (let i = 0; i < 4; i++) client.send(audio(25 * i * GRID, 25 * GRID));
    const link = await first.linked(1);
    say(link, progress(100 * GRID));
    await cluster.registry.registration.deregister(workerInfo('first').id);
    link.socket.terminate();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const late = await addWorker('late');
    let decoded = 0;
    keepSpeaking(await late.linked(1), () => progress((decoded += 10 * GRID)));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(client.socket.isOpen).toBe(true);
    expect(client.told.flatMap(({ code }) => (code === undefined ? [] : [code]))).toEqual(['failover']);
  });

  it('[FLO-13] its claim is not repeated, and comes back when a worker does', async ({
    expect,
    onTestFinished,
  }) => {
    const clock = createFakeClock();
    const gateway = { failover: { ...LIMITS, stallMs: 1e9, standstillMs: 1e9, graceMs: 60_000 } };
    const { cluster, addWorker } = await openScriptedFleet(onTestFinished, { clock, gateway });
    const first = await addWorker('first');
    const client = await cluster.begin();
    const { registration, ledger, fleet } = cluster.registry;
    await registration.deregister(workerInfo('first').id);
    (await first.linked(1)).socket.terminate();
    await expect.poll(() => cluster.gateway.sessionCount).toBe(1);
    for (let i = 0; i < 20; i++) await clock.advance(1000);
    await ledger.sweep();
    expect(await fleet.session(client.id)).toMatchObject({ status: 'error' });
    const late = await addWorker('late');
    const linked = late.linked(1);
    for (let i = 0; i < 3; i++) await clock.advance(1000);
    expect(configOf(await linked)).toMatchObject({ epoch: 2 });
    expect(await client.heard('warning', 1)).toMatchObject({ code: 'failover' });
    for (let i = 0; i < 6; i++) await clock.advance(1000);
    expect(await fleet.session(client.id)).toMatchObject({ status: 'active', workerId: 'late', epoch: 2 });
    expect(client.socket.isOpen).toBe(true);
  });
});

/** The engine for beacon audio: whole sessions, many at once, on the test's own thread. */
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeBeaconAudio } from '../../../src/audio/beacon/beacon-audio.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { startBeaconEngine } from '../../../src/engine/beacon/beacon-engine.ts';
import type { EngineSessionOptions, SizedEngine } from '../../../src/engine/engine.ts';
import { finals, joined, silence, tone } from '../../support/engine.ts';
import { heardWords, openRun, playAll } from './beacon-run.ts';

// The cores may be shared with other work.
vi.setConfig({ testTimeout: 30_000 });

let engine: SizedEngine;
const start = async (): Promise<SizedEngine> => {
  engine = await startBeaconEngine({ clock: systemClock });
  return engine;
};
afterEach(() => engine.close());

const minutes = makeBeaconAudio({ seed: 11, durationMs: 180_000, firstId: 40 });

describe('the engine', () => {
  it('[BCN-6] is one model of every name, for any language, and takes 500 sessions', async () => {
    const { kind, models, provider, capacity } = await start();
    expect({ kind, provider, capacity: capacity() }).toEqual({
      kind: 'beacon',
      provider: 'cpu',
      capacity: 500,
    });
    expect(models).toEqual([
      { name: 'beacon', aliases: ['fast', 'accurate'], languages: [], streaming: true, chunkMs: 160 },
    ]);
    for (const model of ['beacon', 'fast', 'accurate']) openRun(engine, { model, language: 'de-AT' });
    expect(engine.stats().sessions).toBe(3);
    expect(() => openRun(engine, { model: 'rt-tiny-en' })).toThrow('loaded: beacon, fast, accurate');
  });

  it('[BCN-6] tells ids as text, with the samples of each word and confidence 1', async () => {
    const { pcm, words } = makeBeaconAudio({ seed: 2, durationMs: 2500, firstId: 1042 });
    const events = await playAll(await start(), { pcm, words });
    const [first] = finals(events);
    const [word] = words;
    expect(first).toMatchObject({ text: expect.stringMatching(/^1042( |$)/) as string, confidence: 1 });
    expect(first?.words[0]).toEqual({
      word: '1042',
      startSample: word?.startSample,
      endSample: word?.endSample,
      confidence: 1,
    });
  });

  it('[BCN-6] tells partials as words come', async () => {
    const utteranceWords = { least: 8, most: 8 };
    const audio = makeBeaconAudio({ seed: 3, durationMs: 6000, utteranceWords });
    const events = await playAll(await start(), audio);
    const texts = events.flatMap((event) => (event.type === 'partial' ? [event.text] : []));
    expect(texts).toContain('0 1');
    expect(texts.length).toBeGreaterThan(6);
    expect(finals(events)[0]?.text).toBe('0 1 2 3 4 5 6 7');
  });

  it('[BCN-6] hears no words in other sounds', async () => {
    const pcm = joined([silence(500), tone(440, 4000, 0.5), silence(1000)]);
    const events = await playAll(await start(), { pcm, words: [] });
    const said = events.map(({ type }) => type).filter((type) => type !== 'progress');
    expect(said).toEqual(['speech-start', 'speech-end', 'warning', 'ended']);
  });
});

describe('every word', () => {
  const cases: readonly [string, Partial<EngineSessionOptions>, number][] = [
    ['in pushes of 100 ms', {}, 1600],
    ['in pushes of 7 samples less than a window', {}, 505],
    ['all at once', {}, minutes.pcm.length],
    ['without partials', { partials: false }, 1600],
    ['with utterances cut at 2 s', { maxUtteranceMs: 2000 }, 4000],
    ['with no look-back', { prefixPaddingMs: 0 }, 4000],
  ];

  it.each(cases)(
    '[BCN-7] of three minutes is heard once and in order, %s',
    async (_, options, pushSamples) => {
      const events = await playAll(await start(), minutes, { ...options, pushSamples });
      expect(minutes.words.length).toBeGreaterThan(250);
      expect(heardWords(events)).toEqual(minutes.words);
      expect(events.at(-1)).toMatchObject({ type: 'ended', decodedSample: minutes.pcm.length });
    },
  );

  it('[BCN-7] is heard in one utterance of 25 s, and of 70 s that is cut at the limit', async () => {
    const utteranceWords = { least: 1000, most: 1000 };
    for (const durationMs of [25_000, 70_000]) {
      const audio = makeBeaconAudio({ seed: 12, durationMs, utteranceWords });
      const events = await playAll(await start(), audio);
      expect(heardWords(events)).toEqual(audio.words);
      expect(finals(events)).toHaveLength(durationMs > 30_000 ? 3 : 1);
      await engine.close();
    }
  });

  it('[BCN-7] is heard without the detector, in streams that are cut in their pauses', async () => {
    await start();
    for (let seed = 0; seed < 5; seed++) {
      const audio = makeBeaconAudio({ seed, durationMs: 70_000, utteranceWords: { least: 1, most: 5 } });
      const events = await playAll(engine, audio, { vad: false });
      expect(finals(events).length).toBeGreaterThan(2);
      expect(heardWords(events)).toEqual(audio.words);
    }
  });

  it('[BCN-7] that flush or clear cuts in two is in no final, and all others are in one', async () => {
    const audio = makeBeaconAudio({ seed: 14, durationMs: 20_000 });
    const cut = audio.words.filter((_, index) => index % 5 === 2);
    const run = openRun(await start());
    let from = 0;
    for (const [index, word] of cut.entries()) {
      const middle = word.startSample + 1900;
      run.session.push(audio.pcm.slice(from, middle));
      if (index % 2 === 0) run.session.flush();
      from = middle;
    }
    run.session.push(audio.pcm.slice(from));
    run.session.end();
    const flushed = cut.filter((_, index) => index % 2 === 0);
    expect(flushed.length).toBeGreaterThan(2);
    expect(heardWords(await run.ended)).toEqual(audio.words.filter((word) => !flushed.includes(word)));
  });
});

describe('many sessions', () => {
  it('[BCN-7] [BCN-9] are decoded faster than real time, each its own words', async () => {
    await start();
    const durationMs = 10_000;
    const audios = Array.from({ length: 200 }, (_, i) =>
      makeBeaconAudio({ seed: i, durationMs, firstId: 1000 * i }),
    );
    const before = process.cpuUsage();
    const heard = await Promise.all(audios.map((audio) => playAll(engine, audio)));
    const { user, system } = process.cpuUsage(before);
    for (const [i, { words }] of audios.entries()) expect(heardWords(heard[i] ?? [])).toEqual(words);
    // By CPU time, so that it holds on a machine that is busy with something else.
    expect((user + system) / 1000).toBeLessThan(durationMs);
    expect(engine.stats().sessions).toBe(0);
  });

  it('[BCN-9] leave the thread to others between two batches', async () => {
    await start();
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const audio = makeBeaconAudio({ seed: 15, durationMs: 10_000 });
    await Promise.all(Array.from({ length: 20 }, () => playAll(engine, audio)));
    isOver = true;
    expect(turns).toBeGreaterThan(60);
  });

  it('[BCN-9] that are closed say nothing any more', async () => {
    await start();
    const run = openRun(engine);
    run.session.push(minutes.pcm.slice(0, 160_000));
    run.session.close();
    await playAll(engine, makeBeaconAudio({ seed: 16, durationMs: 3000 }));
    expect(run.events).toEqual([]);
    expect(engine.stats().sessions).toBe(0);
  });
});

it('[BCN-9] onnxruntime is not loaded', async () => {
  await start();
  const url = pathToFileURL('dist/engine/beacon/beacon-engine.js').href;
  const script = `
    const { startBeaconEngine } = await import('${url}');
    const clock = { nowMs: () => 0, date: () => new Date(), sleep: () => new Promise(() => {}) };
    const { kind } = await startBeaconEngine({ clock });
    console.log(JSON.stringify([kind, ...process.report.getReport().sharedObjects]));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const [kind, ...libraries] = JSON.parse(stdout) as readonly string[];
  expect(kind).toBe('beacon');
  expect(libraries.length).toBeGreaterThan(2);
  expect(libraries.filter((path) => path.includes('onnxruntime'))).toEqual([]);
});

/** The properties a session promises, with the models of the package on the spoken fixtures. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { joinPieces } from '../../../src/engine/asr/vocabulary.ts';
import type { EngineSessionOptions } from '../../../src/engine/engine.ts';
import {
  after,
  coldStart,
  commitSamples,
  type EngineModels,
  finals,
  joined,
  loadBundledModels,
  readClip,
  runSession,
  type SessionRun,
  silence,
  spoken,
} from '../../support/engine.ts';
import { openReferenceLoop } from '../../support/reference-loop.ts';

// A few seconds of inference each, more where the cores are shared.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let models: EngineModels;
let digits: Int16Array;
let two: Int16Array;
let demo: Int16Array;

beforeAll(async () => {
  models = await loadBundledModels();
  const clips = ['digits', 'two-utterances', 'demo'].map((name) => readClip(`fixtures/audio/${name}.wav`));
  [digits, two, demo] = (await Promise.all(clips)) as [Int16Array, Int16Array, Int16Array];
});

it('[ENG-38] without the detector a clip is heard as by the plain loop over all of it', async () => {
  const reference = await openReferenceLoop();
  for (const audio of [digits, two, demo, silence(2000)]) {
    const pieces = (await reference(audio)).map(([id]) => models.recogniser.vocabulary.piece(id));
    const events = await runSession(models, { audio, options: { vad: false }, pushSamples: [1600] });
    expect(finals(events).map(({ text }) => text)).toEqual(pieces.length > 0 ? [joinPieces(pieces)] : []);
  }
});

it('[ENG-15] the demo clip is transcribed word by word', async () => {
  const texts = finals(await runSession(models, { audio: demo })).map(({ text }) => text);
  expect(texts).toEqual([
    ...['good morning', 'this is a test', 'one two three four'],
    ...['i can hear you', 'we will see', 'that is all for now'],
  ]);
});

it('[ENG-13] [ENG-15] [ENG-24] what is said of a clip is in order', async () => {
  for (const vad of [true, false]) {
    const events = await runSession(models, { audio: demo, options: { vad } });
    let position = 0;
    let text = '';
    for (const event of events) {
      if (event.type === 'speech-start' || event.type === 'final') {
        expect(event.type === 'final' ? event.startSample : event.atSample).toBeGreaterThanOrEqual(position);
      }
      if (event.type === 'partial' || event.type === 'final') {
        expect(event.text.startsWith(text)).toBe(true);
        text = event.type === 'final' ? '' : event.text;
      }
      if (event.type === 'final') {
        expect(event.endSample).toBeLessThanOrEqual(event.commitSample);
        position = event.endSample;
      }
    }
    const commits = commitSamples(events);
    expect(commits).toEqual([...new Set(commits)].toSorted((a, b) => a - b));
    expect(commits.slice(0, -1).filter((sample) => sample % 512 !== 0)).toEqual([]);
    expect(commits.at(-1)).toBe(demo.length);
  }
});

describe('[ENG-12] any split of the same samples gives the same events', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 });

  async function check(run: SessionRun, numRuns: number): Promise<void> {
    const whole = await runSession(models, run);
    const property = fc.asyncProperty(lengths, async (pushSamples) => {
      expect(await runSession(models, { ...run, pushSamples })).toEqual(whole);
    });
    await fc.assert(property, { seed: 11, numRuns, examples: [[[1]]], endOnFailure: true });
  }

  it('with the detector', () => check({ audio: digits }, 6));

  it('without the detector', () => check({ audio: digits, options: { vad: false } }, 4));

  it('with controls at their places', async () => {
    const controls = [
      { atSample: 20_011, control: { type: 'flush' } },
      { atSample: 33_000, control: { type: 'update', change: { vadThreshold: 0.3, minSilenceMs: 200 } } },
      { atSample: 50_001, control: { type: 'clear' } },
    ] as const;
    await check({ audio: digits, controls }, 4);
    await check({ audio: digits, controls, options: { vad: false } }, 2);
  });
});

describe('[ENG-22] a cold start at any restart point gives the events of the run that went through it', () => {
  async function check(run: SessionRun, limit = Number.POSITIVE_INFINITY): Promise<number> {
    const through = await runSession(models, run);
    const points = commitSamples(through).filter((sample) => sample < run.audio.length);
    const step = Math.max(1, Math.ceil(points.length / limit));
    for (const point of points.filter((_, i) => i % step === 0)) {
      const cold = await coldStart(models, run, point);
      expect(after(cold, point), `from ${point}`).toEqual(after(through, point));
      expect(spoken(cold).length).toBeGreaterThan(0);
    }
    return points.length;
  }

  it.each<{ what: string; options: Partial<EngineSessionOptions> }>([
    { what: 'the defaults', options: {} },
    { what: 'a long look-back', options: { prefixPaddingMs: 2000 } },
    { what: 'no look-back', options: { prefixPaddingMs: 0 } },
    { what: 'short pauses and a low threshold', options: { minSilenceMs: 96, vadThreshold: 0.2 } },
    { what: 'long utterances cut', options: { maxUtteranceMs: 1200, minSilenceMs: 800 } },
  ])('with $what', async ({ options }) => {
    const audio = joined([silence(1500), two, silence(2200), digits]);
    expect(await check({ audio, options }, 4)).toBeGreaterThan(4);
  });

  it('without the detector', async () => {
    const options = { vad: false, maxUtteranceMs: 2000 };
    expect(await check({ audio: digits, options })).toBeGreaterThan(1);
  });

  it('with a flush and a clear on the way', async () => {
    const controls = [
      { atSample: 20_011, control: { type: 'flush' } },
      { atSample: 60_000, control: { type: 'clear' } },
    ] as const;
    expect(await check({ audio: demo, controls }, 4)).toBeGreaterThan(6);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { createAudioRing } from '../../../src/audio/lookback.ts';
import { createDetectorFeed, type DetectorFeed } from '../../../src/engine/vad/detector-feed.ts';
import { computeSilentStates, type SilentStates } from '../../../src/engine/vad/silent-states.ts';
import {
  type EngineModels,
  joined,
  loadBundledModels,
  readClip,
  runSession,
  silence,
} from '../../support/engine.ts';

let models: EngineModels;
let silentStates: SilentStates;
beforeAll(async () => {
  models = await loadBundledModels();
  silentStates = await computeSilentStates(models.speechModel, 31);
});

/** A feed of windows whose samples all have these values. */
function feedOf(values: readonly number[]): DetectorFeed {
  const ring = createAudioRing({ capacitySamples: 64_000 });
  for (const value of values) ring.append(new Int16Array(512).fill(value));
  return createDetectorFeed(ring, silentStates);
}

/** Whether window `index` is known without the model; when it is not, the model is asked for it. */
function isSilent(feed: DetectorFeed, index: number, isIdle = true): boolean {
  const known = feed.known(index * 512, isIdle);
  if (known === undefined) feed.ask(index * 512, (index + 1) * 512);
  return known === 0;
}

function silences(feed: DetectorFeed, windows: number, isIdle = true): readonly boolean[] {
  return Array.from({ length: windows }, (_, i) => isSilent(feed, i, isIdle));
}

describe('a window for the detector', () => {
  it('[ENG-108] is silent below -60 dBFS, until one was scored', () => {
    expect(silences(feedOf([31, -31, 32, 0, 0]), 5)).toEqual([true, true, false, false, false]);
  });

  it('[ENG-108] is scored whenever somebody may be speaking', () => {
    expect(silences(feedOf([0, 0]), 2, false)).toEqual([false, false]);
  });

  it('[ENG-108] is silent again after a reset, and not beyond what is known', () => {
    const feed = feedOf([9000, ...Array.from({ length: 32 }, () => 0)]);
    expect(isSilent(feed, 0)).toBe(false);
    feed.reset();
    const after = Array.from({ length: 32 }, (_, i) => isSilent(feed, i + 1));
    expect(after.indexOf(false)).toBe(31);
  });

  it('[ENG-108] comes with the memory of the silence before it', () => {
    const feed = feedOf([0, 0, 0, 9000]);
    silences(feed, 3);
    expect(feed.known(3 * 512, true)).toBeUndefined();
    expect(feed.ask(3 * 512, 4 * 512).state).toEqual(silentStates[3]);
  });

  it('[ENG-119] comes with those behind it that have arrived, and no more than three', () => {
    const feed = feedOf([9000, 9000, 9000, 9000, 9000]);
    const asked = (startSample: number, endSample: number): number =>
      feed.ask(startSample, endSample).windows.length;
    expect([asked(0, 512), asked(0, 1535), asked(512, 2048), asked(0, 2560)]).toEqual([1, 2, 3, 3]);
  });

  it('[ENG-119] is answered once: the answers of those behind it are kept until a reset', () => {
    const feed = feedOf([9000, 9000, 9000, 9000]);
    feed.ask(512, 2048);
    feed.answer(Float32Array.of(0.25, 0.5, 0.75));
    expect([0, 1, 2, 3, 4].map((index) => feed.known(index * 512, true))).toEqual([
      ...[undefined, 0.25, 0.5, 0.75, undefined],
    ]);
    feed.reset();
    expect(feed.known(1024, true)).toBeUndefined();
  });
});

describe('a session', () => {
  it('[ENG-108] says the same whether digital silence is scored or known, and asks less', async () => {
    const audio = joined([
      silence(3000),
      await readClip('fixtures/audio/two-utterances.wav'),
      silence(5000),
      await readClip('fixtures/audio/digits.wav'),
    ]);
    let scored = 0;
    const speechModel: EngineModels['speechModel'] = {
      score(items) {
        scored += items.reduce((sum, { windows }) => sum + windows.length, 0);
        return models.speechModel.score(items);
      },
    };
    const all = await runSession({ ...models, speechModel }, { audio });
    const scoredOfAll = scored;
    scored = 0;
    expect(await runSession({ ...models, speechModel, silentStates }, { audio })).toEqual(all);
    expect(scored).toBeLessThan(scoredOfAll - 200);
  });
});

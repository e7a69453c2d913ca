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

function silences(feed: DetectorFeed, windows: number, isIdle = true): readonly boolean[] {
  return Array.from({ length: windows }, (_, i) => feed.next(i * 512, isIdle).isSilent);
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
    expect(feed.next(0, true).isSilent).toBe(false);
    feed.reset();
    const after = Array.from({ length: 32 }, (_, i) => feed.next((i + 1) * 512, true).isSilent);
    expect(after.indexOf(false)).toBe(31);
  });

  it('[ENG-108] comes with the memory of the silence before it', () => {
    const feed = feedOf([0, 0, 0, 9000]);
    silences(feed, 3);
    expect(feed.next(3 * 512, true).item.state).toEqual(silentStates[3]);
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
        scored += items.length;
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

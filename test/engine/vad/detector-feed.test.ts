import { describe, expect, it } from 'vitest';
import { createAudioRing } from '../../../src/audio/lookback.ts';
import { createDetectorFeed } from '../../../src/engine/vad/detector-feed.ts';
import { joined, runSession, silence, spoken, tone } from '../../support/engine.ts';
import { createLevelDetector, createScriptedRecogniser } from '../../support/scripted-recogniser.ts';

function feedOf(audio: Int16Array): ReturnType<typeof createDetectorFeed> {
  const ring = createAudioRing({ capacitySamples: 16_000 });
  ring.append(audio);
  return createDetectorFeed(ring);
}

describe('a window for the detector', () => {
  it('[ENG-108] is quiet below -60 dBFS, whatever came before it', () => {
    const audio = new Int16Array(1536).fill(31);
    audio.fill(9000, 0, 512);
    audio[1300] = -32;
    const feed = feedOf(audio);
    const isQuiet = [0, 512, 1024].map((start) => {
      feed.window(start);
      return feed.isQuiet();
    });
    expect(isQuiet).toEqual([false, true, false]);
  });

  it('[ENG-108] is not scored while a session is muted, and all of them once speech is suspected', async () => {
    const detector = createLevelDetector();
    let scored = 0;
    const speechModel: typeof detector = {
      score(items) {
        scored += items.length;
        return detector.score(items);
      },
    };
    const recogniser = createScriptedRecogniser();
    const models = { recogniser, speechModel, mel: recogniser.mel };
    const muted = await runSession(models, { audio: silence(32 * 200) });
    expect(scored).toBe(0);
    expect(spoken(muted).map(({ type }) => type)).toEqual(['ended']);
    // 20 windows of speech and the 16 silent ones that end it.
    await runSession(models, { audio: joined([silence(32 * 20), tone(400, 32 * 20), silence(32 * 40)]) });
    expect(scored).toBe(36);
  });
});

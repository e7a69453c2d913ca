/** Restart points of sessions of tones and silence, in any order and with any settings. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  after,
  coldStart,
  commitSamples,
  type EngineModels,
  joined,
  runSession,
  silence,
  tone,
} from '../../support/engine.ts';
import { createLevelDetector, createScriptedRecogniser } from '../../support/scripted-recogniser.ts';

const lengthMs = fc.integer({ min: 10, max: 1500 });
const stretch = fc.oneof(
  lengthMs.map((ms) => silence(2 * ms)),
  fc.tuple(fc.constantFrom(400, 4000), lengthMs).map(([hz, ms]) => tone(hz, ms)),
  // Near full level: the recogniser gives no numbers for it.
  lengthMs.map((ms) => tone(4000, ms / 4, 0.9)),
);
const options = fc.record({
  vad: fc.constantFrom(true, true, true, false),
  minSpeechMs: fc.integer({ min: 0, max: 600 }),
  minSilenceMs: fc.integer({ min: 0, max: 900 }),
  prefixPaddingMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 2000 })),
  maxUtteranceMs: fc.integer({ min: 1000, max: 5000 }),
});
const controls = fc.array(
  fc.record({
    atSample: fc.nat(16 * 6000),
    control: fc.constantFrom({ type: 'flush' as const }, { type: 'clear' as const }),
  }),
  { maxLength: 3 },
);

/** Scripted models, and what they were given: a sum over each input that tells any two apart. */
function createListeners(): EngineModels & { readonly heard: readonly number[] } {
  const recogniser = createScriptedRecogniser({ onLoud: 'nan' });
  const detector = createLevelDetector();
  const heard: number[] = [];
  const note = (values: Float32Array): void => {
    heard.push(values.reduce((sum, value, i) => sum + value * ((i % 97) + 1), 0));
  };
  return {
    heard,
    mel: recogniser.mel,
    recogniser: {
      ...recogniser,
      step(items) {
        for (const { features } of items) note(features);
        return recogniser.step(items);
      },
    },
    speechModel: {
      score(items) {
        for (const { windows } of items) for (const window of windows) note(window);
        return detector.score(items);
      },
    },
  };
}

/** Too quiet to be speech, but never zero: context that is missing does not go unnoticed. */
function withNoise(audio: Int16Array): Int16Array {
  return audio.map((sample, i) => Math.max(-32_768, Math.min(32_767, sample + ((i * 7919) % 101) - 50)));
}

it('[ENG-22] [ENG-24] a cold start anywhere gives the rest of the run, and commits only advance', async () => {
  const parts = fc.array(stretch, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(parts, options, controls, async (stretches, settings, raw) => {
      const audio = withNoise(joined(stretches));
      const run = {
        audio,
        options: settings,
        controls: raw
          .filter(({ atSample }) => atSample <= audio.length)
          .toSorted((a, b) => a.atSample - b.atSample),
      };
      const throughModels = createListeners();
      const through = await runSession(throughModels, run);
      const points = commitSamples(through);
      expect(points).toEqual([...new Set(points)].toSorted((a, b) => a - b));
      for (const point of points.filter((sample) => sample < audio.length)) {
        expect(point % 512).toBe(0);
        const coldModels = createListeners();
        const cold = await coldStart(coldModels, run, point);
        expect(after(cold, point), `from ${point}`).toEqual(after(through, point));
        const { heard } = coldModels;
        expect(heard, `from ${point}`).toEqual(
          throughModels.heard.slice(throughModels.heard.length - heard.length),
        );
      }
    }),
    { seed: 12, numRuns: 40 },
  );
}, 20_000);

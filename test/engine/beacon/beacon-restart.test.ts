/** Beacon sessions taken up at their restart points. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeBeaconAudio } from '../../../src/audio/beacon/beacon-audio.ts';
import { beaconDetector } from '../../../src/engine/beacon/beacon-detector.ts';
import { createBeaconRecogniser, sampleFrames } from '../../../src/engine/beacon/beacon-recogniser.ts';
import { RESET_INTERVAL_WINDOWS } from '../../../src/engine/session/restart-points.ts';
import { computeSilentStates } from '../../../src/engine/vad/silent-states.ts';
import { after, coldStart, commitSamples, type EngineModels, runSession } from '../../support/engine.ts';
import { heardWords, idsOf } from './beacon-run.ts';

const silentStates = await computeSilentStates(beaconDetector, RESET_INTERVAL_WINDOWS);

const models: EngineModels = {
  recogniser: createBeaconRecogniser(() => Promise.resolve()),
  speechModel: beaconDetector,
  mel: sampleFrames,
  silentStates,
};

const audio = fc.record({
  seed: fc.nat(),
  durationMs: fc.integer({ min: 2000, max: 15_000 }),
  wordMs: fc.constantFrom(96, 240, 480),
});
const options = fc.record({
  vad: fc.constantFrom(true, true, true, false),
  minSilenceMs: fc.integer({ min: 300, max: 650 }),
  prefixPaddingMs: fc.integer({ min: 0, max: 400 }),
  maxUtteranceMs: fc.integer({ min: 1500, max: 5000 }),
});

it('[BCN-8] a cold start at every restart point gives the rest of the run', async () => {
  let points = 0;
  await fc.assert(
    fc.asyncProperty(audio, options, async (settings, session) => {
      const { pcm } = makeBeaconAudio(settings);
      const run = { audio: pcm, options: session };
      const through = await runSession(models, run);
      for (const point of commitSamples(through).filter((sample) => sample < pcm.length)) {
        const cold = await coldStart(models, run, point);
        expect(after(cold, point), `from ${point}`).toEqual(after(through, point));
        points++;
      }
    }),
    { seed: 31, numRuns: 25 },
  );
  expect(points).toBeGreaterThan(60);
}, 30_000);

it('[BCN-7] [BCN-8] what was final and what a cold start says are all words, once', async () => {
  const { pcm, words } = makeBeaconAudio({ seed: 32, durationMs: 30_000 });
  const run = { audio: pcm };
  const through = await runSession(models, run);
  for (const point of commitSamples(through).filter((sample) => sample < pcm.length)) {
    const before = heardWords(through).filter(({ startSample }) => startSample < point);
    const rest = heardWords(await coldStart(models, run, point));
    expect([...idsOf(before), ...idsOf(rest)], `at ${point}`).toEqual(idsOf(words));
  }
}, 30_000);

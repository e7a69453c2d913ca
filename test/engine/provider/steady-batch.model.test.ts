/** With the scripted recogniser for sizes and failures, and the bundled model for what is heard. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SAMPLE_RATE } from '../../../src/audio/frame.ts';
import { createNemoMel, HOP_SAMPLES, MEL_SPAN_SAMPLES } from '../../../src/engine/asr/mel/nemo-mel.ts';
import type { RecogniserItem, WindowShape } from '../../../src/engine/asr/recogniser.ts';
import { BUNDLED_MODEL_PATH } from '../../../src/engine/models/bundled.ts';
import { loadModel } from '../../../src/engine/models/load-model.ts';
import {
  NO_SIZE,
  nextSize,
  type SteadySize,
  withSteadyBatches,
} from '../../../src/engine/provider/steady-batch.ts';
import { createScriptedRecogniser, type Script } from '../../support/scripted-recogniser.ts';

/** Windows of the first seconds of a clip, as a recogniser of this shape is fed. */
function speech({ bands, windowFrames, shiftFrames }: WindowShape): readonly Float32Array[] {
  const pcm = readFileSync('fixtures/audio/digits.wav').subarray(44);
  const audio = Float32Array.from({ length: 5 * SAMPLE_RATE }, (_, i) => pcm.readInt16LE(2 * i) / 32_768);
  const mel = createNemoMel(bands);
  const frames = Math.floor((audio.length - MEL_SPAN_SAMPLES) / HOP_SAMPLES);
  const all = new Float32Array(frames * bands);
  for (let t = 0; t < frames; t++) {
    mel.frame(audio.subarray(t * HOP_SAMPLES, t * HOP_SAMPLES + MEL_SPAN_SAMPLES), all, t * bands);
  }
  const count = Math.floor((frames - windowFrames) / shiftFrames);
  return Array.from({ length: count }, (_, i) =>
    all.subarray(i * shiftFrames * bands, (i * shiftFrames + windowFrames) * bands),
  );
}

function run(needs: readonly number[]): readonly number[] {
  let steady: SteadySize = NO_SIZE;
  return needs.map((needed) => {
    steady = nextSize(steady, needed);
    return steady.size;
  });
}

const times = (count: number, needed: number): readonly number[] =>
  Array.from({ length: count }, () => needed);

describe('the size of a step', () => {
  it('[ENG-115] grows at once to the next power of two', () => {
    expect(run([1, 2, 3, 4, 5, 9, 33])).toEqual([1, 2, 4, 4, 8, 16, 64]);
  });

  it('[ENG-115] stays while live batches come and go', () => {
    expect(new Set(run([8, ...Array.from({ length: 1000 }, (_, i) => 1 + ((i * 3) % 8))]))).toEqual(
      new Set([8]),
    );
  });

  it('[ENG-115] shrinks by half after 200 steps that would have fitted', () => {
    const sizes = run([8, ...times(401, 2)]);
    expect(sizes.indexOf(4)).toBe(200);
    expect(sizes.indexOf(2)).toBe(400);
    expect(run([8, ...times(1000, 1)]).at(-1)).toBe(1);
  });
});

function scripted(script: Script = {}) {
  const recogniser = createScriptedRecogniser(script);
  const steady = withSteadyBatches(recogniser);
  const { windowFrames, bands } = steady.shape;
  const item = (level: number): RecogniserItem => ({
    state: steady.createState('auto'),
    features: new Float32Array(windowFrames * bands).fill(level),
  });
  const items = (count: number): RecogniserItem[] => Array.from({ length: count }, () => item(-16));
  return { recogniser, steady, item, items };
}

describe('a recogniser with steady batches', () => {
  it('[ENG-115] is filled up, and answers for the rows it was given', async () => {
    const { recogniser, steady, items } = scripted();
    expect(await steady.step(items(5))).toHaveLength(5);
    expect(await steady.step(items(2))).toHaveLength(2);
    expect(recogniser.batches).toEqual([8, 8]);
  });

  it('[ENG-115] never exceeds what the graph takes', async () => {
    const { recogniser, steady, items } = scripted({ maxBatch: 6 });
    expect(await steady.step(items(5))).toHaveLength(5);
    expect(recogniser.batches).toEqual([6]);
  });

  it('[ENG-115] is not filled up after a failure, so that what failed can run alone', async () => {
    const { recogniser, steady, items } = scripted({ onBatchOver: 4 });
    await expect(steady.step(items(5))).rejects.toMatchObject({ code: 'resource_exhausted' });
    await steady.step(items(1));
    expect(recogniser.batches).toEqual([8, 1]);
  });

  it('[ENG-115] hears with silent company what it hears alone', async () => {
    const options = { provider: 'cpu', intraOpThreads: 1 } as const;
    const loaded = await loadModel({ path: BUNDLED_MODEL_PATH, aliases: [] }, options);
    if (loaded.recognition.kind !== 'streaming') throw new Error('the bundled model streams');
    const { recogniser } = loaded.recognition;
    const steady = withSteadyBatches(recogniser);
    const windows = speech(recogniser.shape);
    const alone = recogniser.createState('auto');
    const accompanied = steady.createState('auto');
    const others = [0, 1].map(() => steady.createState('auto'));
    for (const [step, features] of windows.entries()) {
      await recogniser.step([{ state: alone, features }]);
      // Three streams at first, then one: the step stays filled up to four.
      const company = step < 4 ? others.map((state) => ({ state, features: windows[step + 1]! })) : [];
      expect(await steady.step([{ state: accompanied, features }, ...company])).toHaveLength(
        company.length + 1,
      );
    }
    expect(accompanied.hypothesis).toEqual(alone.hypothesis);
    expect(alone.hypothesis.tokens.length).toBeGreaterThan(0);
    await loaded.release();
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { createAudioRing } from '../../../src/audio/lookback.ts';
import {
  createSileroVad,
  type SpeechModel,
  VAD_STATE_LENGTH,
  type VadItem,
} from '../../../src/engine/vad/silero.ts';
import { readVadWindow, VAD_CONTEXT_SAMPLES, VAD_INPUT_SAMPLES } from '../../../src/engine/vad/vad-window.ts';
import { SILERO_VAD_PATH } from '../../../src/engine/models/bundled.ts';
import { loadGraph, type Tensor } from '../../../src/engine/onnx.ts';
import { readClip } from '../../support/engine.ts';

const PUBLISHED = 'models/silero-vad/silero_vad_16k_op15.onnx';

describe('a window of the detector', () => {
  const ring = createAudioRing({ capacitySamples: 4096, startSample: 1000 });
  ring.append(Float32Array.from({ length: 2000 }, (_, i) => (1000 + i) / 4096));
  const input = new Float32Array(VAD_INPUT_SAMPLES).fill(-1);
  const at = (sample: number): number => Math.round((input[sample] ?? -1) * 4096);

  it('[ENG-39] has the 64 samples before it as context', () => {
    readVadWindow(ring, 1536, input);
    expect([at(0), at(VAD_CONTEXT_SAMPLES), at(VAD_INPUT_SAMPLES - 1)]).toEqual([1472, 1536, 2047]);
  });

  it('[ENG-39] has zeros where no audio came before', () => {
    readVadWindow(ring, 1000, input);
    expect([at(0), at(63), at(64), at(VAD_INPUT_SAMPLES - 1)]).toEqual([0, 0, 1000, 1511]);
    readVadWindow(ring, 1024, input);
    expect([at(39), at(40), at(64)]).toEqual([0, 1000, 1024]);
  });
});

describe('Silero', () => {
  let model: SpeechModel;
  let audio: Int16Array;
  beforeAll(async () => {
    model = createSileroVad(await loadGraph(SILERO_VAD_PATH, { provider: 'cpu', intraOpThreads: 1 }));
    audio = await readClip('fixtures/audio/digits.wav');
  });

  /** The detector's input for each of `count` windows from `startSample` on. */
  function windows(startSample: number, count: number): readonly Float32Array[] {
    const ring = createAudioRing({ capacitySamples: audio.length });
    ring.append(audio);
    return Array.from({ length: count }, (_, i) => {
      const input = new Float32Array(VAD_INPUT_SAMPLES);
      readVadWindow(ring, startSample + i * 512, input);
      return input;
    });
  }

  async function score(inputs: readonly Float32Array[]): Promise<readonly number[]> {
    const state = new Float32Array(VAD_STATE_LENGTH);
    const scores: number[] = [];
    for (const input of inputs) scores.push(await scoreOne(input, state));
    return scores;
  }

  async function scoreOne(input: Float32Array, state: Float32Array): Promise<number> {
    return (await model.score([{ windows: [input], state }]))[0]?.[0] ?? Number.NaN;
  }

  it('[ENG-39] is sure of speech and of silence', async () => {
    // Half a second of silence leads the clip, then "one two three".
    const scores = await score(windows(0, 50));
    expect(Math.max(...scores.slice(0, 15))).toBeLessThan(0.15);
    expect(scores.slice(18, 46).filter((value) => value > 0.9).length).toBeGreaterThan(20);
  });

  it('[ENG-28] scores streams in one call as it would each alone', async () => {
    const starts = [0, 9216, 30_720];
    const streams = starts.map((start) => windows(start, 20));
    const states = starts.map(() => new Float32Array(VAD_STATE_LENGTH));
    const together: number[][] = starts.map(() => []);
    for (let i = 0; i < 20; i++) {
      const items: VadItem[] = streams.map((inputs, s) => ({ windows: [inputs[i]!], state: states[s]! }));
      for (const [s, values] of (await model.score(items)).entries()) together[s]?.push(...values);
    }
    for (const [s, inputs] of streams.entries()) expect(together[s]).toEqual(await score(inputs));
  });

  it('[ENG-119] scores windows together as it would one by one, streams with fewer beside those with more', async () => {
    const starts = [0, 9216, 30_720, 12_800];
    const streams = starts.map((start) => windows(start, 24));
    const alone = await Promise.all(streams.map(score));
    const states = starts.map(() => new Float32Array(VAD_STATE_LENGTH));
    const together: number[][] = starts.map(() => []);
    for (let turn = 0; together.some((values) => values.length < 24); turn++) {
      const items = streams.map((inputs, s): VadItem => {
        const done = together[s]!.length;
        return { windows: inputs.slice(done, done + 1 + ((turn + s) % 3)), state: states[s]! };
      });
      const asked = items.map((item, s) => ({ item, s })).filter(({ item }) => item.windows.length > 0);
      const answers = await model.score(asked.map(({ item }) => item));
      for (const [row, { s }] of asked.entries()) together[s]!.push(...answers[row]!);
    }
    expect(together).toEqual(alone);
  });

  it('[ENG-118] says of every window what the published graph says', async () => {
    const published = await loadGraph(PUBLISHED, { provider: 'cpu', intraOpThreads: 1 });
    const state = new Float32Array(VAD_STATE_LENGTH);
    let publishedState: Tensor = { type: 'float32', dims: [2, 1, 128], data: new Float32Array(256) };
    let worst = 0;
    for (const input of windows(0, Math.floor(audio.length / 512) - 1)) {
      const probability = await scoreOne(input, state);
      const outputs = await published.run({
        input: { type: 'float32', dims: [1, VAD_INPUT_SAMPLES], data: input },
        state: publishedState,
        sr: { type: 'int64', dims: [], data: BigInt64Array.of(16_000n) },
      });
      publishedState = outputs['stateN']!;
      worst = Math.max(worst, Math.abs(Number(outputs['output']?.data[0]) - probability));
    }
    expect(worst).toBeLessThan(1e-4);
  });
});

/** The bundled model on recordings of people: against the reference loop it was verified with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAudioRing } from '../../src/audio/lookback.ts';
import { wordErrorRate } from '../../src/bench/wer.ts';
import { openStreamedUtterance } from '../../src/engine/session/streamed-utterance.ts';
import {
  after,
  coldStart,
  commitSamples,
  type EngineModels,
  finals,
  loadBundledModels,
  readClip,
  runSession,
} from '../support/engine.ts';

interface Reference {
  readonly file: string;
  readonly model: string;
  readonly samples: number;
  readonly tokens: readonly (readonly [id: number, frame: number])[];
  readonly hyp: string;
  readonly ref: string;
  readonly errors: number;
  readonly words: number;
}

const folder = process.env['RT_TEST_AUDIO'] ?? '';
const references = readFileSync('models/rt-tiny-en/reference.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Reference)
  .filter(({ model, samples }) => model === 'model.160ms.onnx' && samples <= 30 * 16_000);

let models: EngineModels;
beforeAll(async () => {
  models = await loadBundledModels();
});

/** Tokens of a recording heard as one utterance. */
async function tokensOf(audio: Int16Array): Promise<readonly (readonly [number, number])[]> {
  const ring = createAudioRing({ capacitySamples: audio.length });
  ring.append(audio);
  const utterance = openStreamedUtterance({ ...models, originSample: 0, language: 'auto' });
  while (utterance.windowsUntil(audio.length) > 0) {
    utterance.prepare(ring, audio.length);
    await models.recogniser.step([utterance]);
  }
  return utterance.tokens.map(({ id, frame }) => [id, frame] as const);
}

it('[ENG-38] hears the tokens of the reference loop, at the same frames', async () => {
  let total = 0;
  let different = 0;
  for (const { file, tokens } of references) {
    const heard = await tokensOf(await readClip(join(folder, file)));
    total += tokens.length;
    for (let i = 0; i < Math.max(heard.length, tokens.length); i++) {
      if (heard[i]?.[0] !== tokens[i]?.[0] || heard[i]?.[1] !== tokens[i]?.[1]) different++;
    }
  }
  expect(references.length).toBeGreaterThan(20);
  expect(different).toBeLessThanOrEqual(total * 0.002);
}, 60_000);

it('[ENG-38] says the text of the reference loop in a session without the detector', async () => {
  for (const { file, hyp } of references) {
    const audio = await readClip(join(folder, file));
    const events = await runSession(models, { audio, options: { vad: false }, pushSamples: [1600] });
    expect(
      finals(events).map(({ text }) => text),
      file,
    ).toEqual([hyp]);
  }
}, 60_000);

it('[ENG-38] loses at most a point of word error rate to cutting the audio into utterances', async () => {
  let [errors, expectedErrors, words] = [0, 0, 0];
  for (const { file, ref, ...reference } of references) {
    const events = await runSession(models, { audio: await readClip(join(folder, file)) });
    const text = finals(events).map((final) => final.text);
    const { sub, ins, del, refWords } = wordErrorRate(ref, text.join(' '));
    errors += sub + ins + del;
    expectedErrors += reference.errors;
    words += refWords;
  }
  expect(words).toBeGreaterThan(300);
  expect((100 * errors) / words).toBeLessThanOrEqual((100 * expectedErrors) / words + 1);
}, 60_000);

describe.each(['jfk.wav', 'digits-vosk.wav', 'fsdd/pub-03-nicolas-16k.wav', 'fsdd/pub-18-mixed-16k.wav'])(
  '%s',
  (file) => {
    it('[ENG-22] taken up at any restart point gives the events of the whole run', async () => {
      const audio = await readClip(join(folder, file));
      const through = await runSession(models, { audio });
      const points = commitSamples(through).filter((sample) => sample < audio.length);
      expect(points.length).toBeGreaterThan(0);
      for (const point of points) {
        const cold = await coldStart(models, { audio }, point);
        expect(after(cold, point), `from ${point}`).toEqual(after(through, point));
      }
    });

    it('[ENG-12] gives the same events in pushes of any length', async () => {
      const audio = await readClip(join(folder, file));
      const whole = await runSession(models, { audio });
      expect(await runSession(models, { audio, pushSamples: [320, 1, 3999, 511, 513] })).toEqual(whole);
    });
  },
);

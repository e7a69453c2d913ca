import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { UtteranceRecogniser, UtteranceResult } from '../../../src/engine/asr/utterance-recogniser.ts';
import { loadOfflineNemo } from '../../../src/engine/models/load-offline-nemo.ts';
import { createGraphShelf } from '../../../src/engine/models/graph-shelf.ts';
import { findNemoFiles } from '../../../src/engine/models/nemo-files.ts';
import { makeModelFolder, type ModelFolder } from '../../support/model-folder.ts';

vi.setConfig({ testTimeout: 60_000 });

const SCRIPTED = 'fixtures/models/scripted-rnnt';
const OPTIONS = { provider: 'cpu', intraOpThreads: 1 } as const;

const TDT = {
  'encoder.onnx': 'encoder.offline.onnx',
  'decoder.onnx': 'decoder.onnx',
  'joiner.onnx': 'joiner.tdt.onnx',
};

function folderOf(files: Readonly<Record<string, string>>): ModelFolder {
  const paths = Object.entries(files).map(([name, source]) => [name, `${SCRIPTED}/${source}`]);
  return makeModelFolder({ ...Object.fromEntries(paths), 'tokens.txt': `${SCRIPTED}/tokens.txt` });
}

async function load({ path }: ModelFolder): Promise<UtteranceRecogniser> {
  const { recogniser, release } = await loadOfflineNemo(await findNemoFiles(path), createGraphShelf(OPTIONS));
  onTestFinished(release);
  return recogniser;
}

/** A buzz that rises and falls: something else for each `seed`. */
function audio(samples: number, seed: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => {
    const t = i / 16_000;
    return 0.3 * Math.sin(2 * Math.PI * (200 + 900 * seed * Math.sin(7 * t)) * t) * Math.sin(9 * t + seed);
  });
}

async function recognise(
  recogniser: UtteranceRecogniser,
  ...utterances: readonly Float32Array[]
): Promise<readonly (UtteranceResult | undefined)[]> {
  return recogniser.recognise(utterances.map((samples) => ({ samples, language: 'auto' })));
}

describe('a model of whole utterances', () => {
  it('[ENG-80] gives each utterance of a batch what it would get alone', async () => {
    const recogniser = await load(folderOf(TDT));
    const utterances = [16_000, 3000, 40_321, 159, 0, 8000, 24_000, 12_345, 9999, 20_000].map(audio);
    const together = await recognise(recogniser, ...utterances);
    const alone = [];
    for (const utterance of utterances) alone.push(...(await recognise(recogniser, utterance)));
    expect(together).toEqual(alone);
    expect(utterances.length).toBeGreaterThan(recogniser.maxBatch);
    expect(new Set(together.flatMap((result) => result?.tokens ?? [])).size).toBeGreaterThan(3);
    expect([together[3], together[4]]).toEqual([3, 4].map(() => ({ text: '', words: [], tokens: [] })));
  });

  it('[ENG-81] places its words inside the utterance, in order', async () => {
    const recogniser = await load(folderOf(TDT));
    const samples = audio(40_000, 2);
    const [result] = await recognise(recogniser, samples);
    const { words = [], text } = result ?? {};
    expect(words.length).toBeGreaterThan(2);
    expect(text).toBe(words.map(({ word }) => word).join(' '));
    for (const [i, { startSample, endSample }] of words.entries()) {
      expect(startSample).toBeGreaterThanOrEqual(words[i - 1]?.endSample ?? 0);
      expect(endSample).toBeGreaterThanOrEqual(startSample);
      expect(endSample).toBeLessThanOrEqual(samples.length);
    }
  });

  it('[ENG-26] says which utterance it could not make numbers of', async () => {
    const recogniser = await load(folderOf(TDT));
    const results = await recognise(recogniser, audio(8000, 1), audio(8000, 2).fill(Number.NaN));
    expect(results.map((result) => result === undefined)).toEqual([false, true]);
  });

  it('[ENG-34] is named by family and precision, and has no chunks', async () => {
    const folder = folderOf({ ...TDT, 'encoder.int8.onnx': 'encoder.offline.onnx' });
    folder.write(
      'card.json',
      JSON.stringify({ name: 'parakeet', default: 'encoder.int8.onnx', languages: ['en'] }),
    );
    const { model, release } = await loadOfflineNemo(
      await findNemoFiles(folder.path),
      createGraphShelf(OPTIONS),
    );
    onTestFinished(release);
    expect(model).toEqual({
      name: 'parakeet-int8',
      aliases: ['parakeet'],
      languages: ['en'],
      streaming: false,
      chunkMs: 0,
    });
  });
});

describe('a model of whole utterances is refused', () => {
  it.each<[string, (folder: ModelFolder) => void, string]>([
    ['with a cut encoder', (f) => f.cut('encoder.onnx', 400), 'encoder.onnx is damaged'],
    ['with another vocabulary', (f) => f.write('tokens.txt', 'a 0\n<blk> 1\n'), 'has 1 tokens, the model 12'],
    [
      'whose config says RNNT, with durations',
      (f) => f.write('config.json', JSON.stringify({ model_type: 'nemo-conformer-rnnt' })),
      'the joint network gives 18 scores',
    ],
    ['with a config that is no JSON', (f) => f.write('config.json', '{'), 'config.json is not JSON'],
  ])('[ENG-84] %s', async (_, spoil, message) => {
    const folder = folderOf(TDT);
    spoil(folder);
    const loading = findNemoFiles(folder.path).then((files) =>
      loadOfflineNemo(files, createGraphShelf(OPTIONS)),
    );
    await expect(loading).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(message) as string,
    });
  });
});

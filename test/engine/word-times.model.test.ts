/** Word starts of the bundled models against what the synthesiser says of its own speech. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { SAMPLE_RATE } from '../../src/audio/frame.ts';
import { createSileroVad } from '../../src/engine/vad/silero.ts';
import { loadGraph } from '../../src/engine/onnx.ts';
import { SILERO_VAD_PATH } from '../../src/engine/models/bundled.ts';
import { loadModel } from '../../src/engine/models/load-model.ts';
import { finals, readClip, runSession, type EngineModels } from '../support/engine.ts';

vi.setConfig({ testTimeout: 60_000 });

const FOLDER = 'fixtures/audio/word-times';

interface Truth {
  readonly clips: readonly {
    readonly file: string;
    readonly words: readonly { readonly word: string; readonly start_sample: number }[];
  }[];
}

const { clips } = JSON.parse(readFileSync(`${FOLDER}/truth.json`, 'utf8')) as Truth;

async function load(path: string): Promise<EngineModels> {
  const options = { provider: 'cpu', intraOpThreads: 1 } as const;
  const { recognition } = await loadModel({ path, aliases: [] }, options);
  if (recognition.kind !== 'streaming') throw new Error('The bundled models are streaming ones');
  return { ...recognition, speechModel: createSileroVad(await loadGraph(SILERO_VAD_PATH, options)) };
}

/** Distance of each word's start from the truth in milliseconds, ascending; the words must be the right ones. */
async function distances(models: EngineModels, vad: boolean): Promise<readonly number[]> {
  const all: number[] = [];
  for (const { file, words } of clips) {
    const audio = await readClip(`${FOLDER}/${file}`);
    const heard = finals(await runSession(models, { audio, options: { vad } })).flatMap((each) => each.words);
    expect(heard.map(({ word }) => word)).toEqual(words.map(({ word }) => word));
    for (const [i, { startSample }] of heard.entries()) {
      all.push((Math.abs(startSample - (words[i]?.start_sample ?? 0)) * 1000) / SAMPLE_RATE);
    }
  }
  return all.toSorted((a, b) => a - b);
}

describe('word starts', () => {
  it.each([
    { file: 'model.160ms.delta.onnx', vad: true },
    { file: 'model.160ms.delta.onnx', vad: false },
    { file: 'model.560ms.delta.onnx', vad: true },
  ])(
    '[ENG-109] of $file, detector $vad, lie within 80 ms of the truth for most words',
    async ({ file, vad }) => {
      const sorted = await distances(await load(`models/rt-tiny-en/${file}`), vad);
      expect(sorted).toHaveLength(50);
      expect(sorted[25]).toBeLessThanOrEqual(80);
      expect(sorted[47]).toBeLessThanOrEqual(160);
    },
  );
});

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadWhisper } from '../../../../src/engine/asr/whisper/load-whisper.ts';
import { findWhisperFiles } from '../../../../src/engine/asr/whisper/whisper-files.ts';
import { clipSamples, WHISPER_TINY, WHISPER_TINY_EN } from './fixture-clips.ts';

const CPU = { provider: 'cpu', intraOpThreads: 1 } as const;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A copy of the English model that may be damaged. */
function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rt-whisper-'));
  folders.push(folder);
  cpSync(WHISPER_TINY_EN, folder, { recursive: true });
  return folder;
}

async function load(folder: string) {
  return loadWhisper(await findWhisperFiles(folder), CPU);
}

describe('loading', { timeout: 30_000 }, () => {
  it('[ENG-91] tells name, languages and whether words are aligned', async () => {
    const tiny = await loadWhisper(await findWhisperFiles(WHISPER_TINY, 'fp32'), CPU);
    expect(tiny).toMatchObject({ name: 'whisper-tiny-random', hasAlignedWords: false });
    expect(tiny.languages).toEqual(['en', 'zh', 'de', 'ja', 'jv']);
    expect(tiny.recogniser).toMatchObject({ maxSamples: 480_000, maxBatch: 8 });
    await tiny.release();
  });

  it('[ENG-93] an English-only model hears English, asked for or not, and nothing else', async () => {
    const { recogniser, release, languages } = await load(WHISPER_TINY_EN);
    const samples = clipSamples('digits.wav');
    const [auto, english] = await recogniser.recognise([
      { samples, language: 'auto' },
      { samples, language: 'en-GB' },
    ]);
    expect(languages).toEqual(['en']);
    expect(auto).toEqual(english);
    expect(auto).toMatchObject({ text: 'One two, three; four. Five six seven!', language: 'en' });
    await expect(recogniser.recognise([{ samples, language: 'de' }])).rejects.toMatchObject({
      code: 'language_unsupported',
    });
    await release();
  });

  it.each([
    ['encoder_model', 0.5],
    ['decoder_model', 0.9],
    ['decoder_with_past_model', 0],
  ])('[ENG-91] a %s cut to %d of its length is refused by name', async (name, part) => {
    const folder = copied();
    const path = join(folder, 'onnx', `${name}.onnx`);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, Math.floor(whole.length * part)));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(`${name}.onnx`),
    });
  });

  it('[ENG-91] graphs of another model are refused by the tensor that does not fit', async () => {
    const folder = copied();
    cpSync(join(WHISPER_TINY, 'onnx/encoder_model.onnx'), join(folder, 'onnx/encoder_model.onnx'));
    await expect(load(folder)).rejects.toThrow(/input_features is \[.*, 80, 3000\]/);
  });

  it('[ENG-26] a model that computes no numbers is refused before a session meets it', async () => {
    const folder = copied();
    const path = join(folder, 'onnx/encoder_model.onnx');
    const graph = readFileSync(path);
    // The positions are the largest block of float32 values: NaN over part of them spreads to every state.
    const weights = graph.subarray(Math.floor(graph.length * 0.5), Math.floor(graph.length * 0.52));
    for (let at = 0; at + 4 <= weights.length; at++) weights[at] = 0xff;
    writeFileSync(path, graph);
    await expect(load(folder)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('not numbers'),
    });
  });
});

import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findWhisperFiles, isWhisperFolder } from '../../../../src/engine/asr/whisper/whisper-files.ts';

const JSON_FILES = ['config.json', 'generation_config.json', 'tokenizer.json'];
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'rt-whisper-'));
  folders.push(folder);
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
  return folder;
}

describe('the files of a folder', () => {
  it('[ENG-91] are found in onnx/, the best precision first, encoder and decoder apart', async () => {
    const folder = folderWith(
      ...JSON_FILES,
      'onnx/encoder_model_fp16.onnx',
      'onnx/encoder_model_quantized.onnx',
      'onnx/decoder_model_merged_fp16.onnx',
    );
    expect(await findWhisperFiles(folder)).toEqual({
      folder,
      encoderPath: join(folder, 'onnx/encoder_model_quantized.onnx'),
      decoder: { kind: 'merged', path: join(folder, 'onnx/decoder_model_merged_fp16.onnx') },
      precision: 'fp16',
    });
  });

  it('[ENG-91] may be a pair of decoders at the top; the merged one is preferred', async () => {
    const pair = ['encoder_model.onnx', 'decoder_model.onnx', 'decoder_with_past_model.onnx'];
    const folder = folderWith(...JSON_FILES, ...pair);
    expect((await findWhisperFiles(folder)).decoder).toEqual({
      kind: 'pair',
      firstPath: join(folder, 'decoder_model.onnx'),
      nextPath: join(folder, 'decoder_with_past_model.onnx'),
    });
    const both = folderWith(...JSON_FILES, ...pair, 'decoder_model_merged.onnx');
    expect((await findWhisperFiles(both)).decoder.kind).toBe('merged');
  });

  it('[ENG-91] in a precision asked for are these or none', async () => {
    const folder = folderWith(
      ...JSON_FILES,
      'onnx/encoder_model.onnx',
      'onnx/encoder_model_q4.onnx',
      'onnx/decoder_model_merged.onnx',
      'onnx/decoder_model_merged_q4.onnx',
    );
    expect((await findWhisperFiles(folder, 'q4')).encoderPath).toMatch(/encoder_model_q4\.onnx$/);
    expect((await findWhisperFiles(folder, 'fp32')).precision).toBeUndefined();
    await expect(findWhisperFiles(folder, 'fp16')).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(/fp16 .*encoder_model_q4\.onnx/),
    });
  });

  it.each([
    [
      'config.json',
      [...JSON_FILES.slice(1), 'encoder_model.onnx', 'decoder_model_merged.onnx'],
      /config\.json is missing/,
    ],
    ['an encoder', [...JSON_FILES, 'decoder_model_merged.onnx'], /graphs there: decoder_model_merged\.onnx/],
    [
      'the second decoder',
      [...JSON_FILES, 'encoder_model.onnx', 'decoder_model.onnx'],
      /no encoder with a decoder/,
    ],
    ['any graph', JSON_FILES, /graphs there: none/],
  ])('[ENG-91] without %s are refused by name', async (_, names, message) => {
    const folder = folderWith(...names);
    await expect(findWhisperFiles(folder)).rejects.toThrow(message);
    expect(isWhisperFolder(names)).toBe(false);
  });

  it('[ENG-91] of a folder that is not there are refused', async () => {
    await expect(findWhisperFiles('/nowhere/at/all')).rejects.toMatchObject({ code: 'model_invalid' });
  });

  it('[ENG-91] make a Whisper folder by their names alone', () => {
    expect(
      isWhisperFolder([...JSON_FILES, 'onnx/encoder_model.onnx', 'onnx/decoder_model_merged_q4.onnx']),
    ).toBe(true);
    expect(isWhisperFolder(['model.onnx', 'tokens.txt', 'card.json'])).toBe(false);
  });
});

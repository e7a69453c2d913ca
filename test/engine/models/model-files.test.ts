import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILERO_VAD_PATH } from '../../../src/engine/models/bundled.ts';
import { verifyModelFile } from '../../../src/engine/models/model-files.ts';
import { findNemoFiles } from '../../../src/engine/models/nemo-files.ts';

const GRAPH = 'a graph';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-model-'));
  put('model.onnx', GRAPH);
  put('tokens.txt', '<blk> 0\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

function putCard(expected: object, more: object = {}): void {
  put('card.json', JSON.stringify({ files: { 'model.onnx': expected }, ...more }));
}

describe('the files of a model', () => {
  it('[ENG-31] are found by the path of the graph or of its folder', async () => {
    const found = {
      encoder: join(folder, 'model.onnx'),
      joint: undefined,
      vocabulary: join(folder, 'tokens.txt'),
      config: undefined,
      family: basename(folder),
      languages: [],
      wordDelayMs: 0,
    };
    expect(await findNemoFiles(folder)).toEqual(found);
    expect(await findNemoFiles(join(folder, 'model.onnx'))).toEqual(found);
  });

  it('[ENG-31] are named by the card, which also says which graph a folder means', async () => {
    put('other.onnx', GRAPH);
    putCard({}, { name: 'tiny', default: 'other.onnx', languages: ['en', 'de'] });
    expect(await findNemoFiles(folder)).toMatchObject({
      ...{ encoder: join(folder, 'other.onnx'), family: 'tiny', languages: ['en', 'de'] },
    });
  });

  it('[ENG-31] are what the card says', async () => {
    putCard({ bytes: GRAPH.length, sha256: createHash('sha256').update(GRAPH).digest('hex') });
    expect((await findNemoFiles(folder)).encoder).toBe(join(folder, 'model.onnx'));
  });

  it.each([
    ['too short', { bytes: 8 }, 'model.onnx has 7 bytes, its card says 8'],
    ['other bytes', { bytes: 7, sha256: '0'.repeat(64) }, 'model.onnx has another sha256 than its card says'],
  ])('[ENG-31] are refused when the card knows better: %s', async (_, expected, message) => {
    putCard(expected);
    await expect(findNemoFiles(folder)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(message) as string,
      hint: 'Fetch the file again; its card.json says what it must be.',
    });
  });

  it('[ENG-31] a single file is held against the card beside it, the bundled detector too', async () => {
    await expect(verifyModelFile(SILERO_VAD_PATH)).resolves.toBeUndefined();
    putCard({ sha256: '0'.repeat(64) });
    await expect(verifyModelFile(join(folder, 'model.onnx'))).rejects.toMatchObject({
      code: 'model_invalid',
    });
  });

  it('[ENG-31] are refused when one is missing, and the missing one is named', async () => {
    rmSync(join(folder, 'tokens.txt'));
    await expect(findNemoFiles(folder)).rejects.toThrow('The model lacks tokens.txt');
    put('tokens.txt', 'a 0\n');
    rmSync(join(folder, 'model.onnx'));
    await expect(findNemoFiles(join(folder, 'model.onnx'))).rejects.toThrow('model.onnx does not exist');
    putCard({}, { default: 'model.onnx' });
    await expect(findNemoFiles(folder)).rejects.toThrow(`${join(folder, 'model.onnx')} is missing`);
    await expect(findNemoFiles(join(folder, 'none'))).rejects.toThrow(
      `${join(folder, 'none')} does not exist`,
    );
  });

  it('[ENG-31] a card that is not JSON is refused', async () => {
    put('card.json', '{');
    await expect(findNemoFiles(folder)).rejects.toThrow('card.json is not JSON');
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SILERO_VAD_PATH } from '../../../src/engine/models/bundled.ts';
import { readOnnxMetadata } from '../../../src/engine/models/onnx-metadata.ts';

const PLAIN_MODEL_PATH = 'models/rt-tiny-en/model.160ms.onnx';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-onnx-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: Uint8Array): string {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, content);
  return path;
}

/** A protobuf field with a length: tags and lengths below 128 are one byte. */
function field(number: number, content: string | Buffer): Buffer {
  const body = Buffer.from(content);
  return Buffer.concat([Buffer.of((number << 3) | 2, body.length), body]);
}

describe('the metadata of a model file', () => {
  it('[ENG-32] is read from the bundled recogniser', async () => {
    const metadata = await readOnnxMetadata(PLAIN_MODEL_PATH);
    expect(metadata.get('window_size')).toBe('25');
    expect(metadata.get('vocab_size')).toBe('256');
  });

  it('[ENG-32] is empty where a file has none', async () => {
    expect(await readOnnxMetadata(SILERO_VAD_PATH)).not.toContain('window_size');
  });

  it('[ENG-32] steps over fields it does not know, of every wire type', async () => {
    const entry = Buffer.concat([field(1, 'key'), field(2, 'value')]);
    const model = [
      Buffer.of((1 << 3) | 0, 0x88, 0x01),
      Buffer.concat([Buffer.of(((20 << 3) & 0x7f) | 0x80 | 1, (20 << 3) >> 7), Buffer.alloc(8)]),
      Buffer.concat([Buffer.of((9 << 3) | 5), Buffer.alloc(4)]),
      field(7, 'the graph'),
      field(14, entry),
    ];
    expect([...(await readOnnxMetadata(file(Buffer.concat(model))))]).toEqual([['key', 'value']]);
  });

  it.each<[string, (whole: Buffer) => Uint8Array]>([
    ['cut in its graph', (whole) => whole.subarray(0, 100_000)],
    ['empty', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n')],
    ['zeros', () => Buffer.alloc(64)],
    ['without a graph', () => field(14, field(1, 'key'))],
    ['ended inside of a length', () => Buffer.of(0x3a, 0xff)],
  ])('[ENG-32] a file that is %s is refused by name', async (_, damage) => {
    const path = file(damage(readFileSync(PLAIN_MODEL_PATH)));
    await expect(readOnnxMetadata(path)).rejects.toMatchObject({
      code: 'model_invalid',
      message: `The model file ${path} is damaged or not an ONNX file`,
    });
  });

  it('[ENG-32] a file that is not there is said to be unreadable', async () => {
    await expect(readOnnxMetadata(join(folder, 'none.onnx'))).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('Cannot read the model file') as string,
    });
  });
});

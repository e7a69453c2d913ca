import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLED_MODEL_PATH } from '../../../src/engine/models/bundled.ts';
import { createGraphShelf } from '../../../src/engine/models/graph-shelf.ts';
import { loadModel } from '../../../src/engine/models/load-model.ts';

const options = { provider: 'cpu', intraOpThreads: 1 } as const;
const bundled = dirname(BUNDLED_MODEL_PATH);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-load-'));
  copyFileSync(join(bundled, 'model.160ms.onnx'), join(folder, 'model.onnx'));
  copyFileSync(join(bundled, 'tokens.txt'), join(folder, 'tokens.txt'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a recogniser', () => {
  it('[ENG-34] is named by family, chunk and precision, and answers to its family and aliases', async () => {
    const fp32 = await loadModel({ path: BUNDLED_MODEL_PATH, aliases: ['fast', 'fast'] }, options);
    expect(fp32.model).toEqual({
      name: 'rt-tiny-en-160ms',
      aliases: ['rt-tiny-en', 'fast'],
      languages: ['en'],
      streaming: true,
      chunkMs: 160,
    });
    expect(fp32.recognition.kind === 'streaming' && fp32.recognition.recogniser.shape).toEqual({
      ...{ bands: 80, windowFrames: 25, shiftFrames: 16, cacheFrames: 9, tokenFrameSamples: 1280 },
    });
    const int8 = await loadModel({ path: join(bundled, 'model.560ms.int8.onnx'), aliases: [] }, options);
    expect(int8.model).toMatchObject({ name: 'rt-tiny-en-560ms-int8', chunkMs: 560 });
    await fp32.release();
    await int8.release();
  });

  it('[ENG-5] is refused with the vocabulary of another model', async () => {
    writeFileSync(join(folder, 'tokens.txt'), 'a 0\n<blk> 1\n');
    await expect(loadModel({ path: folder, aliases: [] }, options)).rejects.toMatchObject({
      code: 'model_invalid',
      message: 'The vocabulary has 1 tokens, the model 256',
    });
  });

  it('[ENG-32] is refused when its file is cut', async () => {
    truncateSync(join(folder, 'model.onnx'), 1_000_000);
    await expect(loadModel({ path: folder, aliases: [] }, options)).rejects.toMatchObject({
      code: 'model_invalid',
      hint: expect.stringContaining('sha256') as string,
    });
  });

  it('[ENG-33] is refused when the file is another kind of model', async () => {
    copyFileSync('models/silero-vad/silero_vad_16k_op15.onnx', join(folder, 'model.onnx'));
    await expect(loadModel({ path: folder, aliases: [] }, options)).rejects.toMatchObject({
      code: 'model_invalid',
      message: 'Not a model this engine knows: model.onnx takes no features',
    });
  });

  it('[ENG-33] holds each graph once, however often it is asked for', async () => {
    const shelf = createGraphShelf(options);
    expect(await shelf.load(BUNDLED_MODEL_PATH)).toBe(await shelf.load(BUNDLED_MODEL_PATH));
    await shelf.release();
  });
});

/** `rt models import` as a process: what it prints, what it leaves, and how it ends. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runRt, startRt } from '../support/rt-process.ts';

const MODEL = resolve('fixtures/models/streaming-ctc-s');

let models: string;
beforeEach(() => {
  models = mkdtempSync(join(tmpdir(), 'rt-import-e2e-'));
});
afterEach(() => rmSync(models, { recursive: true, force: true }));

const run = (...args: readonly string[]) => runRt(['models', 'import', ...args], { RT_MODELS_DIR: models });

describe('rt models import', () => {
  it('[ENG-77] makes a folder below the models folder that is sound and is found by its name', async () => {
    const { code, stdout, stderr } = await run(MODEL);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('windows');
    expect(stdout).toContain(join(models, 'streaming-ctc-s-delta'));
    expect(stderr).toContain('Comparing with the original');
    const verified = await runRt(['models', 'verify', 'streaming-ctc-s-delta', '--load'], {
      RT_MODELS_DIR: models,
    });
    expect(verified.code, verified.stderr).toBe(0);
  });

  it('[ENG-78] prints one document under --json, with the proof that the card keeps', async () => {
    const out = join(models, 'mine');
    const { code, stdout } = await run(MODEL, '--out', out, '--json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { schema: string; folder: string; result: string; proof: unknown };
    expect(document).toMatchObject({ schema: 'rt.model-import/v1', folder: out, encoder: 'model.onnx' });
    const card = JSON.parse(readFileSync(join(out, 'card.json'), 'utf8')) as { imported: unknown };
    expect(card.imported).toMatchObject({ result: document.result, proof: document.proof });
  });

  it('[ENG-77] ends well with a model it does not know, and says why it stays as it was', async () => {
    const { code, stdout } = await run(resolve('models/rt-tiny-en/model.160ms.onnx'));
    expect(code).toBe(0);
    expect(stdout).toContain('The model as it was (unknown pattern: layer 9 of 9');
  });

  it.each([
    ['a model that does not stream', () => [resolve('fixtures/models/offline-ctc')], 3],
    ['a file that is none', () => [resolve('package.json')], 3],
    ['an id nobody knows', () => ['no-such-model'], 3],
    ['a delta graph', () => [resolve('models/rt-tiny-en/model.160ms.delta.onnx')], 2],
    ['a folder that is not empty', () => [MODEL, '--out', resolve('fixtures')], 2],
    ['no model at all', () => [], 2],
  ] as const)('refuses %s', async (_, args, expected) => {
    const { code, stderr } = await run(...args());
    expect(code, stderr).toBe(expected);
    expect(readdirSync(models)).toEqual([]);
  });

  it('[ENG-77] leaves nothing behind when it is interrupted', async () => {
    const process = startRt(['models', 'import', MODEL], { RT_MODELS_DIR: models });
    await process.until(() => process.stderr().includes('Comparing'));
    process.kill('SIGINT');
    expect((await process.finished).code).toBe(130);
    expect(existsSync(join(models, 'streaming-ctc-s-delta'))).toBe(false);
    expect(readdirSync(models)).toEqual([]);
  });
});

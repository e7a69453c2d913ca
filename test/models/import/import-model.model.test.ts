/** Real exports of NeMo's own classes, rewritten, proven and served. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { isDelta } from '../../../src/engine/asr/streaming/delta-card.ts';
import { loadModel } from '../../../src/engine/models/load-model.ts';
import { readOnnxMetadata } from '../../../src/engine/models/onnx-metadata.ts';
import { importModel } from '../../../src/models/import/import-model.ts';
import type { ImportOutcome } from '../../../src/models/import/import-outcome.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rt-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let made = 0;
async function imported(path: string, signal = new AbortController().signal): Promise<ImportOutcome> {
  const out = join(folder, `model-${made++}`);
  return await importModel({
    path,
    modelsDir: folder,
    out,
    clock: systemClock,
    signal,
    onStage: () => undefined,
  });
}

interface CardDocument {
  readonly default: string;
  readonly imported: { readonly result: string; readonly reason: string | null; readonly layers: number };
  readonly files: Record<string, { readonly sha256: string; readonly weights?: string }>;
}

async function cardOf({ folder: made }: ImportOutcome): Promise<CardDocument> {
  return JSON.parse(await readFile(join(made, 'card.json'), 'utf8')) as CardDocument;
}

describe('an import', { timeout: 60_000 }, () => {
  it.each([
    ['a CTC model', 'streaming-ctc-s', 'model.onnx'],
    ['a transducer', 'streaming-rnnt-s', 'encoder.onnx'],
    ['a transducer that is told the language', 'streaming-rnnt-prompt', 'encoder.onnx'],
  ])('[ENG-77] [ENG-78] rewrites %s, which then says the same', async (_, name, encoder) => {
    const outcome = await imported(join('fixtures/models', name));
    expect(outcome.reason ?? 'none').toMatch(/^none$|^not faster/);
    expect(outcome.layers).toBe(3);
    expect(outcome.proof!.windows).toBeGreaterThan(200);
    expect(outcome.proof!.difference).toBeLessThan(1e-5);
    expect(outcome.steps.map(({ batch }) => batch)).toEqual([1, 4, 8, 16]);
    const card = await cardOf(outcome);
    expect(card.default).toBe(encoder);
    expect(card.imported.layers).toBe(3);
  });

  it('[ENG-77] makes a folder that a worker serves', async () => {
    const outcome = await imported('fixtures/models/streaming-rnnt-s');
    const path = join(outcome.folder, outcome.encoder);
    expect(isDelta(await readOnnxMetadata(path))).toBe(outcome.kind === 'delta');
    const loaded = await loadModel(
      { path: outcome.folder, aliases: [] },
      { provider: 'cpu', intraOpThreads: 1 },
    );
    expect(loaded.model.streaming).toBe(true);
    await loaded.release();
  });

  it('[ENG-78] [ENG-79] rewrites dynamic 8-bit products with their own weights', async () => {
    const { proof, layers } = await imported('fixtures/import/streaming-ctc-int8/model.int8.onnx');
    expect(layers).toBe(3);
    expect(proof!.ownDifference).toBeGreaterThan(0);
    expect(proof!.difference).toBeLessThan(2 * proof!.ownDifference!);
  });

  it('[ENG-77] leaves a model as it is that it does not know, and says what it met', async () => {
    const outcome = await imported('models/rt-tiny-en/model.160ms.int8.onnx');
    expect(outcome.kind).toBe('plain');
    expect(outcome.reason).toContain('unknown pattern: layer 9 of 9');
    const card = await cardOf(outcome);
    expect(card.imported).toMatchObject({ result: 'plain', reason: outcome.reason });
    const [copy, original] = await Promise.all([
      readFile(join(outcome.folder, outcome.encoder)),
      readFile('models/rt-tiny-en/model.160ms.int8.onnx'),
    ]);
    expect(copy.equals(original)).toBe(true);
  });

  it('refuses a delta graph, a model that does not stream, and a folder that is not empty', async () => {
    await expect(imported('models/rt-tiny-en/model.160ms.delta.onnx')).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(imported('fixtures/models/offline-ctc')).rejects.toMatchObject({ code: 'model_invalid' });
    const out = await mkdtemp(join(folder, 'full-'));
    await writeFile(join(out, 'notes.txt'), 'mine');
    const request = { path: 'fixtures/models/streaming-ctc-s', modelsDir: folder, out };
    const ports = { clock: systemClock, signal: new AbortController().signal, onStage: () => undefined };
    await expect(importModel({ ...request, ...ports })).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(out)).toEqual(['notes.txt']);
  });

  it('leaves nothing behind when it is stopped, or when the file is damaged', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stopped'));
    await expect(imported('fixtures/models/streaming-ctc-s', controller.signal)).rejects.toThrow('stopped');
    const damaged = join(folder, 'damaged');
    await cp('fixtures/models/streaming-ctc-s', damaged, { recursive: true });
    const bytes = await readFile(join(damaged, 'model.onnx'));
    await writeFile(join(damaged, 'model.onnx'), bytes.subarray(0, bytes.length / 2));
    await expect(imported(damaged)).rejects.toMatchObject({ code: 'model_invalid' });
    const left = (await readdir(folder)).filter((name) => name.endsWith('.partial'));
    expect(left).toEqual([]);
    expect(existsSync(join(folder, `model-${made - 1}`))).toBe(false);
  });
});

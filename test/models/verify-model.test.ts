import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLED_MODEL_PATH, SILERO_VAD_PATH } from '../../src/engine/models/bundled.ts';
import { isSound, type ModelReport, verifyModel } from '../../src/models/verify-model.ts';

const signal = new AbortController().signal;
const GRAPH = 'model.160ms.onnx';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-verify-'));
  const bundled = dirname(BUNDLED_MODEL_PATH);
  const card = JSON.parse(readFileSync(join(bundled, 'card.json'), 'utf8')) as {
    files: Record<string, unknown>;
  };
  for (const name of [GRAPH, 'tokens.txt']) cpSync(join(bundled, name), join(folder, name));
  const files = { [GRAPH]: card.files[GRAPH], 'tokens.txt': card.files['tokens.txt'] };
  writeFileSync(join(folder, 'card.json'), JSON.stringify({ default: GRAPH, files }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const statusOf = ({ files }: ModelReport, name: string): string | undefined =>
  files.find((file) => file.name === name)?.status;

describe('a verified model', () => {
  it('[MOD-16] [MOD-17] is sound, and its family is told', async () => {
    const report = await verifyModel(folder, signal);
    expect(isSound(report)).toBe(true);
    expect(report.files.map(({ name, status }) => [name, status])).toEqual([
      [GRAPH, 'ok'],
      ['tokens.txt', 'ok'],
    ]);
    expect(report.identity).toEqual({ family: 'fastconformer-cache', decoder: 'ctc', chunkMs: 160 });
    expect((await verifyModel(join(folder, GRAPH), signal)).identity).toEqual(report.identity);
  });

  it('[MOD-17] may be a detector', async () => {
    expect((await verifyModel(SILERO_VAD_PATH, signal)).identity?.family).toBe('vad');
  });

  it.each<[string, string, (path: string) => void]>([
    ['a cut file', 'wrong size', (path) => truncateSync(path, 1000)],
    ['a flipped bit', 'wrong sha256', flipBit],
    ['a missing file', 'missing', (path) => rmSync(path)],
  ])('[MOD-16] is not sound with %s, which is named', async (_, status, damage) => {
    damage(join(folder, GRAPH));
    const report = await verifyModel(folder, signal);
    expect(isSound(report)).toBe(false);
    expect([statusOf(report, GRAPH), statusOf(report, 'tokens.txt')]).toEqual([status, 'ok']);
  });

  it('[MOD-16] is not sound when a graph is none, even where no card says what it must be', async () => {
    rmSync(join(folder, 'card.json'));
    writeFileSync(join(folder, 'encoder.onnx'), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n');
    const report = await verifyModel(folder, signal);
    expect([statusOf(report, GRAPH), statusOf(report, 'encoder.onnx')]).toEqual(['unstated', 'not onnx']);
    expect(isSound(report)).toBe(false);
  });

  it('[MOD-16] without a card is compared with nothing, and that is said', async () => {
    rmSync(join(folder, 'card.json'));
    const report = await verifyModel(folder, signal);
    expect(report.files.map(({ status }) => status)).toEqual(['unstated', 'unstated']);
    expect(isSound(report)).toBe(true);
  });

  it('[MOD-16] that is not there, or has a broken card, is a fault', async () => {
    await expect(verifyModel(join(folder, 'none'), signal)).rejects.toMatchObject({ code: 'not_found' });
    writeFileSync(join(folder, 'card.json'), '{');
    await expect(verifyModel(folder, signal)).rejects.toMatchObject({ code: 'model_invalid' });
    writeFileSync(join(folder, 'card.json'), '[]');
    await expect(verifyModel(folder, signal)).rejects.toThrow('card.json is not a JSON object');
  });
});

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

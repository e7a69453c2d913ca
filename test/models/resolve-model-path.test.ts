import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatherSettings } from '../../src/config/raw.ts';
import { resolveSection } from '../../src/config/resolve.ts';
import { modelsDir, modelsDirSection } from '../../src/config/settings/models.ts';
import { BUNDLED_MODEL_PATH } from '../../src/engine/models/bundled.ts';
import { resolveModelPath, resolveModels } from '../../src/models/resolve-model-path.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rt-models-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function install(id: string): string {
  const folder = join(dir, id);
  mkdirSync(folder);
  writeFileSync(join(folder, 'card.json'), '{}');
  return folder;
}

describe('what --model names', () => {
  it('[MOD-3] is a path as it stands', () => {
    expect(resolveModelPath('./models/a', dir)).toBe('./models/a');
    expect(resolveModelPath('/nowhere/a.onnx', dir)).toBe('/nowhere/a.onnx');
  });

  it('[MOD-3] is a pulled model, whether the catalogue has it or not', () => {
    const [known, foreign] = [install('nemotron-en-560'), install('our-own')];
    expect(resolveModels([{ path: 'nemotron-en-560', alias: 'fast' }, { path: 'our-own' }], dir)).toEqual([
      { path: known, alias: 'fast' },
      { path: foreign },
    ]);
  });

  it('[MOD-3] is the bundled file', () => {
    expect(resolveModelPath('rt-tiny-en', dir)).toBe(BUNDLED_MODEL_PATH);
  });

  it('[MOD-3] is a path before an id', () => {
    // The tests run in the repository, which has this folder.
    install('models');
    expect(resolveModelPath('models', dir)).toBe('models');
  });

  it('[MOD-3] that is not there yet is refused with the command that fetches it', () => {
    expect(() => resolveModelPath('whisper-base', dir)).toThrow(
      expect.objectContaining({ code: 'model_invalid', hint: 'Fetch it first: rt models pull whisper-base' }),
    );
  });

  it('[MOD-3] that nobody knows is refused with what was meant', () => {
    expect(() => resolveModelPath('whisper-bsae', dir)).toThrow(
      expect.objectContaining({
        code: 'model_invalid',
        hint: expect.stringContaining('Did you mean whisper-base?') as string,
      }),
    );
  });
});

describe('the models folder', () => {
  const resolved = (environment: Record<string, string>, flags = {}): string =>
    modelsDir(
      resolveSection(modelsDirSection, gatherSettings({ flags, environment, cwd: dir, home: dir })).values,
    );

  it.each<[string, Record<string, string>, object, string]>([
    ['--dir', { XDG_CACHE_HOME: '/cache', RT_MODELS_DIR: '/b' }, { dir: '/a' }, '/a'],
    ['RT_MODELS_DIR', { XDG_CACHE_HOME: '/cache', RT_MODELS_DIR: '/b' }, {}, '/b'],
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/cache' }, {}, '/cache/rt/models'],
  ])('[MOD-3] comes from %s', (_, ...[environment, flags, expected]) => {
    expect(resolved(environment, flags)).toBe(expected);
  });

  it('[MOD-3] lies in the cache of the user otherwise', () => {
    expect(resolved({})).toMatch(/\/\.cache\/rt\/models$/);
  });
});

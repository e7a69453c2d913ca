import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/models/catalogue.ts';
import { listModels, type ListedModel } from '../../src/models/list-models.ts';
import { sizeText } from '../../src/models/size-text.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rt-list-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function install(id: string, card: object, tokens = 'tokens'): void {
  mkdirSync(join(dir, id));
  writeFileSync(join(dir, id, 'tokens.txt'), tokens);
  writeFileSync(
    join(dir, id, 'card.json'),
    JSON.stringify({ files: { 'tokens.txt': { bytes: 6 } }, ...card }),
  );
}

async function find(id: string): Promise<ListedModel | undefined> {
  return (await listModels(dir)).find((model) => model.id === id);
}

describe('the list of models', () => {
  it('[MOD-2] is the catalogue on an empty machine, bundled ones first', async () => {
    const models = await listModels(join(dir, 'none'));
    expect(models.map(({ id }) => id)).toEqual(CATALOGUE.map(({ id }) => id));
    expect(models.filter(({ state }) => state !== 'available').map(({ id }) => id)).toEqual([
      'rt-tiny-en',
      'silero-vad',
    ]);
    expect(models[0]).toMatchObject({ isLoadable: true, isExact: true, checksums: 'published' });
  });

  it('[MOD-1] [MOD-2] says that a size is rounded and a checksum unpublished', async () => {
    expect(await find('nemotron-en-560')).toMatchObject({
      ...{
        bytes: 631_600_000,
        isExact: false,
        checksums: 'unpublished',
        state: 'available',
        folder: undefined,
      },
      ...{ minRamBytes: 1_200_040_000, licence: 'nvidia-open-model', chunkMs: 560 },
    });
    expect(await find('parakeet-ctc-0.6b')).toMatchObject({ bytes: undefined, minRamBytes: undefined });
  });

  it('[MOD-2] has what was pulled, of the catalogue or not, with what is really there', async () => {
    install('nemotron-en-560', {});
    install('our-own', {
      family: 'fastconformer-cache',
      decoder: 'ctc',
      languages: ['en', 'de'],
      license: 'MIT',
    });
    expect(await find('nemotron-en-560')).toMatchObject({
      ...{
        state: 'installed',
        bytes: 6,
        isExact: true,
        checksums: 'recorded',
        folder: join(dir, 'nemotron-en-560'),
      },
    });
    expect(await find('our-own')).toMatchObject({
      ...{ state: 'installed', languages: 'en de', licence: 'MIT', isLoadable: true, bytes: 6 },
    });
  });

  it('[MOD-2] [MOD-10] does not count what is incomplete', async () => {
    install('nemotron-en-560', {}, 'cut');
    expect((await find('nemotron-en-560'))?.state).toBe('available');
  });
});

describe('a size', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [2106, '2.1 kB'],
    [9_949_999, '9.9 MB'],
    [12_739_937, '13 MB'],
    [999_600_000, '1.0 GB'],
    [2_440_000_000, '2.4 GB'],
  ])('[MOD-2] of %d is %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

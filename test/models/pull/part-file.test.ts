import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asDiskFull, diskParts, expectSpace } from '../../../src/models/pull/part-file.ts';
import { sha256 } from '../../support/file-server.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-part-'));
  path = join(folder, 'a.part');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a part', { timeout: 30_000 }, () => {
  it('[MOD-4] [MOD-7] goes on behind what is there, and its checksum is that of all of it', async () => {
    writeFileSync(path, 'first ');
    const part = await diskParts.open(path);
    expect(part.bytes).toBe(6);
    await part.append(Buffer.from('second'));
    expect(await part.finish()).toBe(sha256('first second'));
    await part.close();
    expect(readFileSync(path, 'utf8')).toBe('first second');
  });

  it('[MOD-4] starts over from nothing', async () => {
    writeFileSync(path, 'of an older version');
    const part = await diskParts.open(path);
    await part.restart();
    expect(part.bytes).toBe(0);
    await part.append(Buffer.from('new'));
    expect(await part.finish()).toBe(sha256('new'));
    await part.close();
    expect(readFileSync(path, 'utf8')).toBe('new');
  });
});

describe('space', () => {
  it('[MOD-9] is asked for before it is needed', async () => {
    const store = { ...diskParts, freeBytes: () => Promise.resolve(1_500_000) };
    await expect(expectSpace(store, '/models', 1_500_000)).resolves.toBeUndefined();
    await expect(expectSpace(store, '/models', 1_500_001)).rejects.toMatchObject({
      code: 'disk_full',
      message: '/models needs 1.5 MB more, 1.5 MB are free',
    });
    expect(await diskParts.freeBytes(folder)).toBeGreaterThan(0);
  });

  it('[MOD-9] that is gone is told from other faults of a disk', () => {
    const fault = (code: string): Error => Object.assign(new Error(code), { code });
    expect(['ENOSPC', 'EDQUOT', 'EFBIG'].map((code) => asDiskFull(fault(code), 'x'))).toMatchObject([
      ...Array<object>(3).fill({ code: 'disk_full' }),
    ]);
    const other = fault('EIO');
    expect(asDiskFull(other, 'x')).toBe(other);
  });
});

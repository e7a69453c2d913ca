import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roleOf } from '../../../src/models/file-role.ts';
import { chooseMembers, unpack } from '../../../src/models/pull/archive.ts';
import { type TarMember, writeTar } from '../../support/tar-writer.ts';

const isWanted = (name: string): boolean => roleOf(name) !== undefined;
const signal = new AbortController().signal;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(members: readonly TarMember[]): Promise<readonly string[]> {
  const archive = join(folder, 'm.tar');
  writeFileSync(archive, writeTar(members));
  return unpack({ archive, folder, isWanted, signal });
}

describe('an archive', () => {
  it('[MOD-13] gives its files that belong to a model, and nothing else', async () => {
    const names = await open([
      { name: 'model/', kind: 'folder' },
      { name: 'model/model.onnx', content: 'graph' },
      { name: 'model/tokens.txt', content: 'tokens' },
      { name: 'model/._tokens.txt', content: 'resource fork' },
      { name: 'model/test_wavs/model.onnx', content: 'deeper' },
      { name: 'model/export.sh', content: 'rm -rf /' },
    ]);
    expect(names).toEqual(['model.onnx', 'tokens.txt']);
    expect(readFileSync(join(folder, 'model.onnx'), 'utf8')).toBe('graph');
    expect(readdirSync(folder).sort()).toEqual(['m.tar', 'model.onnx', 'tokens.txt']);
  });

  it.each<[string, TarMember]>([
    ['leaves its folder', { name: '../escaped.onnx', content: 'x' }],
    ['leaves it on a detour', { name: 'model/../../escaped.onnx', content: 'x' }],
    ['is absolute', { name: '/tmp/rt-escaped.onnx', content: 'x' }],
  ])('[MOD-13] with a name that %s is refused as a whole', async (_, member) => {
    await expect(open([{ name: 'model/tokens.txt', content: 'fine' }, member])).rejects.toMatchObject({
      code: 'model_invalid',
      message: `m.tar wants to write outside of its folder: ${member.name}`,
    });
    expect(existsSync(join(folder, '..', 'escaped.onnx'))).toBe(false);
    expect(existsSync(join(folder, 'tokens.txt'))).toBe(false);
  });

  it('[MOD-13] with a link in place of a file is refused', async () => {
    writeFileSync(join(folder, 'secret'), 'of this machine');
    const link: TarMember = { name: 'model/model.onnx', kind: 'link', target: join(folder, 'secret') };
    await expect(open([link])).rejects.toMatchObject({
      code: 'model_invalid',
      message: 'model/model.onnx in m.tar is not a plain file',
    });
  });

  it('[MOD-13] does not write through a link of its own', async () => {
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    const names = await open([
      { name: 'model', kind: 'link', target: outside },
      { name: 'model/model.onnx', content: 'x' },
    ]);
    expect(readdirSync(outside)).toEqual([]);
    expect(names).toEqual(['model.onnx']);
  });

  it('[MOD-13] with a name twice, or without a model, is refused', async () => {
    expect(() => chooseMembers(['a/model.onnx', './model.onnx'], isWanted, 'm.tar')).toThrow(
      'm.tar has model.onnx twice',
    );
    await expect(open([{ name: 'readme.html', content: 'x' }])).rejects.toThrow('m.tar has no model files');
  });

  it('[MOD-13] that is none is refused in the words of tar', async () => {
    const archive = join(folder, 'm.tar.bz2');
    writeFileSync(archive, 'an error page');
    await expect(unpack({ archive, folder, isWanted, signal })).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(/^m\.tar\.bz2 cannot be unpacked: /) as string,
    });
  });
});

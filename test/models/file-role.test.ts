import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/models/catalogue.ts';
import { roleOf } from '../../src/models/file-role.ts';

describe('the role of a file', () => {
  it('[MOD-10] is told by its name as the catalogue states it', () => {
    const files = CATALOGUE.flatMap((entry) => entry.files);
    const stated = files.map(({ path, role }) => [path, role]);
    expect(files.map(({ path }) => [path, roleOf(path.slice(path.lastIndexOf('/') + 1))])).toEqual(stated);
  });

  it.each(['README.md', 'export.py', '.gitattributes', 'test.wav', 'notes.txt'])(
    '[MOD-13] %s has none',
    (name) => {
      expect(roleOf(name)).toBeUndefined();
    },
  );
});

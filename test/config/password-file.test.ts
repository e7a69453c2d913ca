import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPasswordFile, redisWithPassword, withPassword } from '../../src/config/password-file.ts';
import { gatherSettings } from '../../src/config/raw.ts';
import { resolveSection } from '../../src/config/resolve.ts';
import { globalSection } from '../../src/config/settings/global.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-password-'));
  file = join(folder, 'prod.pw');
  writeFileSync(file, 'p@ss/word\nand a note\n', { mode: 0o600 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a password in a file of its own', () => {
  it('[CFG-3] is the first line of a file that its owner alone can read', () => {
    expect(readPasswordFile(file)).toBe('p@ss/word');
    const open = join(folder, 'open.pw');
    writeFileSync(open, 'secret\n');
    chmodSync(open, 0o644);
    expect(() => readPasswordFile(open)).toThrow(/Others may read/);
    expect(() => readPasswordFile(join(folder, 'nowhere'))).toThrow(/Cannot read the password file/);
  });

  it.each([
    ['redis://h:1/2', 'redis://:p%40x@h:1/2'],
    ['rediss://app@h', 'rediss://app:p%40x@h'],
    ['redis+sentinel://a,b/main', 'redis+sentinel://:p%40x@a,b/main'],
    ['redis://u:kept@h', 'redis://u:kept@h'],
  ])('[CFG-3] becomes part of %s', (url, expected) => {
    expect(withPassword(url, 'p@x')).toBe(expected);
  });

  it('[CFG-3] is not sent to a Redis that was named elsewhere', () => {
    const project = join(folder, 'rt.toml');
    writeFileSync(project, `redis = "redis://prod"\nredis_password_file = "${file}"\n`);
    const urlWith = (flags: Record<string, string>, environment: Record<string, string> = {}): string =>
      redisWithPassword(
        resolveSection(
          globalSection,
          gatherSettings({ flags, environment, cwd: folder, home: '/nonexistent' }),
        ),
      );
    expect(urlWith({})).toBe('redis://:p%40ss%2Fword@prod');
    expect(urlWith({ redis: 'redis://other' })).toBe('redis://other');
    expect(urlWith({}, { RT_REDIS: 'redis://other' })).toBe('redis://other');
    expect(urlWith({ redis: 'redis://other', 'redis-password-file': file })).toBe(
      'redis://:p%40ss%2Fword@other',
    );
  });
});

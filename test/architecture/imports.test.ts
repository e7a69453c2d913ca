import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importViolations } from '../../scripts/architecture.mjs';

/** Each file breaks the rule that stands beside it. */
const PLANTED: readonly { rule: string; file: string; text: string }[] = [
  {
    rule: 'folder-engine',
    file: 'engine/planted-registry.ts',
    text: "import type {} from '../registry/ports.ts';",
  },
  { rule: 'folder-base', file: 'base/planted-audio.ts', text: "import type {} from '../audio/frame.ts';" },
  { rule: 'package-ioredis', file: 'engine/planted-redis.ts', text: "import 'ioredis';" },
  { rule: 'package-oclif-core', file: 'tui/planted-command.ts', text: "import '@oclif/core/flags';" },
  { rule: 'package-unowned', file: 'app/planted-package.ts', text: "import 'fast-check';" },
  { rule: 'folder-unknown', file: 'extras/planted.ts', text: "import '../base/ids.ts';" },
  {
    rule: 'monitor-drawing',
    file: 'tui/drawing/planted-upwards.ts',
    text: "import type {} from '../keys/keymap.ts';",
  },
  {
    rule: 'monitor-folder-unknown',
    file: 'tui/extras/planted-folder.ts',
    text: "import type {} from '../keys/keymap.ts';",
  },
  {
    rule: 'registry-ports-only',
    file: 'tui/planted-keys.ts',
    text: "import '../registry/planted-inside.ts';",
  },
  { rule: 'no-cycles', file: 'base/planted-cycle.ts', text: "import './planted-cycle-back.ts';" },
  { rule: 'resolvable', file: 'base/planted-missing.ts', text: "import './not-there.ts';" },
  { rule: 'src-stands-alone', file: 'base/planted-test.ts', text: "import '../../test/planted.ts';" },
];

const COMPANIONS = [
  { file: 'src/registry/planted-inside.ts', text: 'export {};' },
  { file: 'src/base/planted-cycle-back.ts', text: "import './planted-cycle.ts';" },
  { file: 'test/planted.ts', text: 'export {};' },
];

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}

describe('imports', () => {
  const copy = mkdtempSync(join(tmpdir(), 'rt-imports-'));
  let found: string[] = [];

  beforeAll(() => {
    cpSync('src', join(copy, 'src'), { recursive: true });
    cpSync('tsconfig.json', join(copy, 'tsconfig.json'));
    cpSync('package.json', join(copy, 'package.json'));
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    for (const { file, text } of PLANTED) write(join(copy, 'src', file), text);
    for (const { file, text } of COMPANIONS) write(join(copy, file), text);
    // One run tells both: what is wrong with the planted files, and that nothing is with the others.
    found = importViolations(copy);
  }, 60_000);

  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  it('follow the table of folders and packages', () => {
    expect(found.filter((line) => !line.includes('planted'))).toEqual([]);
  });

  it.each(PLANTED)('are refused by $rule', ({ rule, file }) => {
    const caught = found.filter((line) => line.startsWith(`${rule}: `) && line.includes(`src/${file}`));
    expect(caught).not.toEqual([]);
  });

  it('are not taken for checked when the tool sees no files', () => {
    const empty = mkdtempSync(join(tmpdir(), 'rt-imports-'));
    write(join(empty, 'src/base/only.ts'), 'export {};');
    cpSync('tsconfig.json', join(empty, 'tsconfig.json'));
    expect(importViolations(empty)).toEqual([expect.stringMatching(/^too-few: only \d modules/)]);
    rmSync(empty, { recursive: true });
  }, 60_000);
});

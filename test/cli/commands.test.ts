/** Every command there is, from the manifest that was built. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE, lookUpError } from '../../src/base/error-catalogue.ts';
import { exitCodeMeanings } from '../../src/cli/exit-code-meanings.ts';
import { keyedRows } from '../../src/config/shown-settings.ts';

interface ManifestFlag {
  readonly name: string;
  readonly char?: string;
  readonly allowNo?: boolean;
  readonly description?: string;
}

interface ManifestCommand {
  readonly id: string;
  readonly hidden?: boolean;
  readonly summary?: string;
  readonly examples?: readonly { readonly command: string; readonly description: string }[];
  readonly flags: Readonly<Record<string, ManifestFlag>>;
  readonly args: Readonly<Record<string, { readonly description?: string }>>;
}

const manifest = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) as {
  readonly commands: Readonly<Record<string, ManifestCommand>>;
};
const commands = Object.values(manifest.commands).filter(({ hidden }) => hidden !== true);
const nameOf = ({ id }: ManifestCommand): string => `rt ${id.replaceAll(':', ' ')}`;

/** Words of the part of a shell line that calls this command. */
function callOf(command: ManifestCommand, line: string): readonly string[] {
  const from = `${line} `.indexOf(`${nameOf(command)} `);
  if (from === -1) return [];
  return line
    .slice(from)
    .split(/ [|>&] | && |\)/)[0]!
    .replaceAll(/'[^']*'|"[^"]*"/g, 'QUOTED')
    .split(/\s+/);
}

function flagsIn(words: readonly string[]): readonly string[] {
  return words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*$/s, ''));
}

function spellingsOf({ flags }: ManifestCommand): ReadonlySet<string> {
  const spellings = Object.values(flags).flatMap(({ name, char, allowNo }) => [
    `--${name}`,
    ...(char === undefined ? [] : [`-${char}`]),
    ...(allowNo === true ? [`--no-${name}`] : []),
  ]);
  return new Set([...spellings, '--help']);
}

describe('examples', () => {
  it('[CMD-1] are three at least, and show the command itself', () => {
    const wanting = commands.filter((command) => {
      const lines = (command.examples ?? []).map(({ command: line }) => line);
      return lines.length < 3 || !lines.some((line) => callOf(command, line).length > 0);
    });
    expect(wanting.map(nameOf)).toEqual([]);
  });

  it('[CMD-1] have only flags that exist', () => {
    const unknown = commands.flatMap((command) =>
      (command.examples ?? []).flatMap(({ command: line }) =>
        flagsIn(callOf(command, line))
          .filter((flag) => !spellingsOf(command).has(flag))
          .map((flag) => `${nameOf(command)}: ${flag}`),
      ),
    );
    expect(unknown).toEqual([]);
  });
});

describe('flags', () => {
  const all = commands.flatMap((command) =>
    Object.values(command.flags).map((flag) => ({ command, flag, text: flag.description ?? '' })),
  );

  it('[CMD-2] tell of keys that a file may have, and of those the variable too', () => {
    const keys = new Set(keyedRows().map(({ key }) => key));
    const told = all.flatMap(({ command, flag, text }) => {
      const [, key] = /\[RT_\w+, ([\w.]+)\]$/.exec(text) ?? [];
      return key === undefined ? [] : [{ place: `${nameOf(command)} --${flag.name}`, key }];
    });
    expect(told.length).toBeGreaterThan(100);
    expect(told.filter(({ key }) => !keys.has(key))).toEqual([]);
    expect([...keys].filter((key) => !told.some((each) => each.key === key))).toEqual([]);
  });

  it('have a sentence each, and commands and arguments too', () => {
    const silent = [
      ...all
        .filter(({ text }) => !/^.{8,}\.(?: |$)/s.test(text))
        .map(({ command, flag }) => `${nameOf(command)} --${flag.name}`),
      ...commands.filter(({ summary = '' }) => !summary.endsWith('.') && !summary.endsWith('?')).map(nameOf),
      ...commands
        .filter(({ args }) => Object.values(args).some(({ description = '' }) => description === ''))
        .map(nameOf),
    ];
    expect(silent).toEqual([]);
  });
});

describe('errors', () => {
  const entries = Object.entries(ERROR_CATALOGUE);

  it('[CMD-6] are found by code and by number, with advice', () => {
    for (const [code, entry] of entries) {
      expect(lookUpError(code)?.entry).toBe(entry);
      expect(lookUpError(entry.ref)?.code).toBe(code);
      expect(entry.whatToDo).toMatch(/\.$/);
    }
  });

  it('[CMD-6] have an exit code whose meaning is told, and no meaning is told twice', () => {
    const meanings = exitCodeMeanings();
    expect(meanings.flatMap(({ refs }) => refs).toSorted()).toEqual(
      entries.map(([, { ref }]) => ref).toSorted(),
    );
    expect(new Set(meanings.map(({ meaning }) => meaning)).size).toBe(meanings.length);
  });
});

/**
 * Unit files of systemd, as far as those of deploy/systemd use them (systemd.syntax(7)): one value a line, no
 * continuation. What is not understood is refused, so that a test never passes because a line was overlooked.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface UnitFile {
  /** Values of a key in the order of the file; none when it does not occur. */
  all(key: string): readonly string[];
  /** The last value of a key. */
  one(key: string): string;
  /** A key in seconds, as milliseconds. */
  durationMs(key: string): number;
}

const FOLDER = resolve('deploy/systemd');

export function readUnit(name: string): UnitFile {
  return parseUnit(readFileSync(resolve(FOLDER, name), 'utf8'));
}

/** @throws Error for a line that is neither section, comment nor assignment. */
export function parseUnit(text: string): UnitFile {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || /^\[\w+\]$/.test(line)) continue;
    const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || value.endsWith('\\'))
      throw new Error(`not understood: ${line}`);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const all = (key: string): readonly string[] => values.get(key) ?? [];
  const one = (key: string): string => {
    const value = all(key).at(-1);
    if (value === undefined) throw new Error(`the unit has no ${key}=`);
    return value;
  };
  return {
    all,
    one,
    durationMs(key) {
      const value = one(key);
      if (!/^\d+$/.test(value)) throw new Error(`${key}=${value} is not a number of seconds`);
      return Number(value) * 1000;
    },
  };
}

/** Lines of an environment file; those of comments and empty ones are left out. */
export function parseEnvironment(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

export interface CommandContext {
  /** Of `%i`, `%t` and the like, by their letter. */
  readonly specifiers: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Words of a command line: specifiers, quotes, `${NAME}` and `$$` as in systemd.service(5). */
export function commandWords(line: string, context: CommandContext): readonly string[] {
  const specified = line.replaceAll(/%(.)/g, (_all, letter: string) => {
    const value = context.specifiers[letter];
    if (value === undefined) throw new Error(`%${letter} is not understood`);
    return value;
  });
  const words = specified.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.map((word) =>
    word
      .replaceAll(/^['"]|['"]$/g, '')
      .replaceAll(/\$\$|\$\{(\w+)\}/g, (found, name: string | undefined) =>
        found === '$$' ? '$' : (context.environment[name ?? ''] ?? ''),
      ),
  );
}

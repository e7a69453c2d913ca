/**
 * Configuration files: TOML with one table per section, settings of every command at the top and, in the
 * user's file, `current_context` and `[contexts.NAME]`.
 *
 * Refuses what it does not know, with the name that was probably meant: a mistyped key that is ignored is
 * found out during an incident.
 */
import { readFileSync } from 'node:fs';
import { parse, type TomlTable, type TomlValue } from 'smol-toml';
import { messageOf, RtError } from '../base/errors.ts';
import { closest } from './closest.ts';
import type { RawValue } from './kinds.ts';
import { CONTEXT_KEYS, FILE_TABLES } from './sections.ts';

/** Raw values by `section.key` (top of the file: `key`). */
type Values = ReadonlyMap<string, RawValue>;

export interface ConfigFile {
  readonly path: string;
  readonly values: Values;
  readonly contexts: ReadonlyMap<string, Values>;
  readonly currentContext: string | undefined;
}

/** `project` files belong to a folder and are shared; contexts are a person's own. */
export type FileOwner = 'project' | 'user';

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

function rawOf(value: TomlValue): RawValue | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(rawOf);
    return texts.every((one) => typeof one === 'string') ? texts : undefined;
  }
  return typeof value === 'object' ? undefined : String(value);
}

function unknownKey(path: string, key: string, candidates: Iterable<string>): RtError {
  const names = [...candidates];
  const meant = closest(key.slice(key.lastIndexOf('.') + 1), names);
  const hint = meant === undefined ? `It knows: ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return new RtError('config_invalid', `${path}: unknown key ${key}`, { hint });
}

/** Reads the table at `prefix` with the keys it may have. */
function readTable(
  path: string,
  table: TomlTable,
  at: { readonly prefix: string; readonly keys: readonly string[]; readonly tables: readonly string[] },
): Values {
  const values = new Map<string, RawValue>();
  for (const [key, value] of Object.entries(table)) {
    if (at.tables.includes(key) && isTable(value)) continue;
    if (!at.keys.includes(key)) throw unknownKey(path, `${at.prefix}${key}`, [...at.keys, ...at.tables]);
    const raw = rawOf(value);
    if (raw === undefined) {
      throw new RtError(
        'config_invalid',
        `${path}: ${at.prefix}${key} is neither a value nor a list of values`,
        {
          hint: `Write ${key} = "…" or ${key} = ["…", "…"].`,
        },
      );
    }
    values.set(`${at.prefix}${key}`, raw);
  }
  return values;
}

function readContexts(path: string, table: TomlValue | undefined): ReadonlyMap<string, Values> {
  if (!isTable(table)) return new Map();
  return new Map(
    Object.entries(table).map(([name, context]) => {
      if (!isTable(context)) throw unknownKey(path, `contexts.${name}`, [`[contexts.${name}]`]);
      return [name, readTable(path, context, { prefix: '', keys: CONTEXT_KEYS, tables: [] })];
    }),
  );
}

/** @throws RtError config_invalid: not TOML, an unknown key, or contexts in a project file */
export function parseConfigFile(path: string, source: string, owner: FileOwner): ConfigFile {
  let root: TomlTable;
  try {
    root = parse(source);
  } catch (error) {
    const [firstLine = 'not TOML'] = messageOf(error).split('\n');
    throw new RtError('config_invalid', `${path}: ${firstLine}`, {
      cause: error,
      hint: `Correct the file ${path}.`,
    });
  }
  const { current_context: current, ...rest } =
    owner === 'user' ? root : { ...root, current_context: undefined };
  if (owner === 'project' && ('contexts' in root || 'current_context' in root)) {
    throw new RtError('config_invalid', `${path}: contexts belong in the user's own file`, {
      hint: 'Move [contexts.*] and current_context to ~/.config/rt/config.toml.',
    });
  }
  const sections = [...FILE_TABLES.keys()].filter((name) => name !== '');
  const tables = owner === 'user' ? [...sections, 'contexts'] : sections;
  const keys = [...(FILE_TABLES.get('')?.keys() ?? [])];
  const values = new Map(readTable(path, rest, { prefix: '', keys, tables }));
  for (const name of sections) {
    const table = root[name];
    if (!isTable(table)) continue;
    const known = [...(FILE_TABLES.get(name)?.keys() ?? [])];
    for (const [key, raw] of readTable(path, table, { prefix: `${name}.`, keys: known, tables: [] })) {
      values.set(key, raw);
    }
  }
  return {
    path,
    values,
    contexts: readContexts(path, root['contexts']),
    currentContext: typeof current === 'string' ? current : undefined,
  };
}

/** The file at `path`, or undefined when there is none. @throws RtError config_invalid */
export function readConfigFile(path: string, owner: FileOwner): ConfigFile | undefined {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new RtError('config_invalid', `Cannot read ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Make it readable or name another with --config.',
    });
  }
  return parseConfigFile(path, source, owner);
}

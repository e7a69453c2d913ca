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
import { lineNumbers } from './toml-lines.ts';

/** Raw values by `section.key` (top of the file: `key`). */
type Values = ReadonlyMap<string, RawValue>;

export interface ConfigFile {
  readonly path: string;
  readonly values: Values;
  readonly contexts: ReadonlyMap<string, Values>;
  readonly currentContext: string | undefined;
  /** Line numbers from 1 by `section.key`; those of contexts by `contexts.NAME.key`. */
  readonly lines: ReadonlyMap<string, number>;
}

/** `project` files belong to a folder and are shared; contexts are a person's own. */
export type FileOwner = 'project' | 'user';

/** A file and everything in it that cannot be used; `file` holds the rest. */
export interface InspectedFile {
  readonly file: ConfigFile;
  readonly faults: readonly RtError[];
}

/** What reading a table needs to know, and where it puts what is wrong. */
interface Reading {
  readonly path: string;
  readonly lines: ReadonlyMap<string, number>;
  readonly faults: RtError[];
}

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

/** `path:line`, or the path alone where the line is not known. */
function placeOf({ path, lines }: Reading, key: string): string {
  const line = lines.get(key);
  return line === undefined ? path : `${path}:${String(line)}`;
}

function unknownKey(place: string, key: string, candidates: Iterable<string>): RtError {
  const names = [...candidates];
  const meant = closest(key.slice(key.lastIndexOf('.') + 1), names);
  const hint = meant === undefined ? `It knows: ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return new RtError('config_invalid', `${place}: unknown key ${key}`, { hint });
}

interface TableShape {
  /** Begins the names in messages and, with `base`, in the table of lines. */
  readonly prefix: string;
  readonly base?: string;
  readonly keys: readonly string[];
  readonly tables: readonly string[];
}

/** Reads `table` with the keys it may have. */
function readTable(reading: Reading, table: TomlTable, at: TableShape): Values {
  const values = new Map<string, RawValue>();
  for (const [key, value] of Object.entries(table)) {
    const name = `${at.prefix}${key}`;
    const place = placeOf(reading, `${at.base ?? ''}${name}`);
    if (at.tables.includes(key) && isTable(value)) continue;
    if (!at.keys.includes(key)) {
      reading.faults.push(unknownKey(place, name, [...at.keys, ...at.tables]));
      continue;
    }
    const raw = rawOf(value);
    if (raw !== undefined) {
      values.set(name, raw);
      continue;
    }
    const hint = `Write ${key} = "…" or ${key} = ["…", "…"].`;
    const message = `${place}: ${name} is neither a value nor a list of values`;
    reading.faults.push(new RtError('config_invalid', message, { hint }));
  }
  return values;
}

function readContexts(reading: Reading, table: TomlValue | undefined): ReadonlyMap<string, Values> {
  if (!isTable(table)) return new Map();
  const contexts = new Map<string, Values>();
  for (const [name, context] of Object.entries(table)) {
    const base = `contexts.${name}.`;
    if (isTable(context))
      contexts.set(name, readTable(reading, context, { prefix: '', base, keys: CONTEXT_KEYS, tables: [] }));
    else reading.faults.push(unknownKey(reading.path, `contexts.${name}`, [`[contexts.${name}]`]));
  }
  return contexts;
}

function readRoot(reading: Reading, root: TomlTable, owner: FileOwner): ConfigFile {
  const { path, lines, faults } = reading;
  const isUsers = owner === 'user';
  const { current_context: current, contexts, ...rest } = root;
  if (!isUsers && (contexts !== undefined || current !== undefined)) {
    faults.push(
      new RtError('config_invalid', `${path}: contexts belong in the user's own file`, {
        hint: 'Move [contexts.*] and current_context to ~/.config/rt/config.toml.',
      }),
    );
  }
  const sections = [...FILE_TABLES.keys()].filter((name) => name !== '');
  const keysOf = (name: string): readonly string[] => [...(FILE_TABLES.get(name)?.keys() ?? [])];
  const values = new Map(readTable(reading, rest, { prefix: '', keys: keysOf(''), tables: sections }));
  for (const name of sections) {
    const table = root[name];
    if (!isTable(table)) continue;
    for (const [key, raw] of readTable(reading, table, {
      prefix: `${name}.`,
      keys: keysOf(name),
      tables: [],
    }))
      values.set(key, raw);
  }
  return {
    path,
    values,
    lines,
    contexts: isUsers ? readContexts(reading, contexts) : new Map(),
    currentContext: isUsers && typeof current === 'string' ? current : undefined,
  };
}

/** Reads as much of a file as can be used. */
export function inspectConfigFile(path: string, source: string, owner: FileOwner): InspectedFile {
  let root: TomlTable;
  try {
    root = parse(source);
  } catch (error) {
    const [firstLine = 'not TOML'] = messageOf(error).split('\n');
    const at = error instanceof Error && 'line' in error ? `:${String(error.line)}` : '';
    const options = { cause: error, hint: `Correct the file ${path}.` };
    const empty = { path, values: new Map(), contexts: new Map(), lines: new Map() };
    return {
      file: { ...empty, currentContext: undefined },
      faults: [new RtError('config_invalid', `${path}${at}: ${firstLine}`, options)],
    };
  }
  const reading: Reading = { path, lines: lineNumbers(source), faults: [] };
  return { file: readRoot(reading, root, owner), faults: reading.faults };
}

/** @throws RtError config_invalid: not TOML, an unknown key, or contexts in a project file */
export function parseConfigFile(path: string, source: string, owner: FileOwner): ConfigFile {
  const { file, faults } = inspectConfigFile(path, source, owner);
  if (faults[0] !== undefined) throw faults[0];
  return file;
}

/** The text of the file at `path`, or undefined when there is none. @throws RtError config_invalid */
export function readConfigText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new RtError('config_invalid', `Cannot read ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Make it readable or name another with --config.',
    });
  }
}

/** The file at `path`, or undefined when there is none. @throws RtError config_invalid */
export function readConfigFile(path: string, owner: FileOwner): ConfigFile | undefined {
  const source = readConfigText(path);
  return source === undefined ? undefined : parseConfigFile(path, source, owner);
}

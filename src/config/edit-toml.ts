/**
 * Changes single values in a TOML text and leaves comments, order and everything else as they are.
 *
 * Always true: the result says what was asked for and nothing else, proven by parsing it; where the text is written in
 * a way this cannot change (inline tables, dotted keys), it is refused and nothing is lost.
 */
import { isDeepStrictEqual } from 'node:util';
import { parse, type TomlTable, type TomlValue } from 'smol-toml';
import { statementsOf, type TomlStatement } from './toml-lines.ts';

export type TomlScalar = string | number | boolean | readonly string[];

/** A value at a path (the last part is the key), or `undefined` for none; a whole table is removed by its path. */
export type TomlChange =
  | { readonly path: readonly string[]; readonly value: TomlScalar | undefined }
  | { readonly removeTable: readonly string[] };

/** The changed text; undefined where it cannot be changed without rewriting it. The text must be TOML. */
export function editToml(text: string, changes: readonly TomlChange[]): string | undefined {
  const wanted = structuredClone(parse(text));
  let edited = text;
  for (const change of changes) {
    if ('removeTable' in change) {
      removeAt(wanted, change.removeTable);
      edited = withoutTable(edited, change.removeTable);
    } else {
      if (change.value === undefined) removeAt(wanted, change.path);
      else if (!setAt(wanted, change.path, change.value)) return undefined;
      edited = withKey(edited, change.path, change.value);
    }
  }
  return isSame(edited, wanted) ? edited : undefined;
}

function isSame(text: string, wanted: TomlTable): boolean {
  try {
    return isDeepStrictEqual(withoutEmpty(parse(text)), withoutEmpty(wanted));
  } catch {
    return false;
  }
}

/** A table without a key says nothing. */
function withoutEmpty(table: TomlTable): Readonly<Record<string, unknown>> {
  const entries = Object.entries(table).map(([key, value]): [string, unknown] => [
    key,
    isTable(value) ? withoutEmpty(value) : value,
  ]);
  return Object.fromEntries(
    entries.filter(([key, value]) => !(isTable(table[key]) && Object.keys(value as object).length === 0)),
  );
}

function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

/** False where something that is no table stands in the way. */
function setAt(root: TomlTable, path: readonly string[], value: TomlScalar): boolean {
  let table = root;
  for (const part of path.slice(0, -1)) {
    const next = (table[part] ??= {});
    if (!isTable(next)) return false;
    table = next;
  }
  table[path.at(-1) ?? ''] = typeof value === 'object' ? [...value] : value;
  return true;
}

function removeAt(root: TomlTable, path: readonly string[]): void {
  let table: TomlValue | undefined = root;
  for (const part of path.slice(0, -1)) table = isTable(table) ? table[part] : undefined;
  if (isTable(table)) Reflect.deleteProperty(table, path.at(-1) ?? '');
}

function withKey(text: string, path: readonly string[], value: TomlScalar | undefined): string {
  const lines = text === '' ? [] : text.split('\n');
  const statements = statementsOf(text);
  const present = statements.find(({ kind, path: at }) => kind === 'key' && isDeepStrictEqual(at, path));
  if (present !== undefined && value === undefined) {
    const gone = Array.from({ length: present.end - present.start }, (_, index) => present.start + index);
    return withoutLines(lines, new Set(gone)).join('\n');
  }
  if (value === undefined) return text;
  if (present !== undefined) {
    lines.splice(present.start, present.end - present.start, replacement(lines, present, value));
    return lines.join('\n');
  }
  const line = `${nameText(path.at(-1) ?? '')} = ${valueText(value)}`;
  const table = path.slice(0, -1);
  const at = placeFor(statements, table);
  if (at !== undefined) return lines.toSpliced(at, 0, line).join('\n');
  if (table.length === 0) return text === '' ? `${line}\n` : atTheTop(lines, line);
  const header = `[${table.map(nameText).join('.')}]`;
  return `${text === '' ? '' : `${text.trimEnd()}\n\n`}${header}\n${line}\n`;
}

/** The line of a key with another value and the comment it had. */
function replacement(
  lines: readonly string[],
  { start, end, valueStart, valueEnd }: TomlStatement,
  value: TomlScalar,
): string {
  const before = (lines[start] ?? '').slice(0, valueStart);
  return `${before}${valueText(value)}${(lines[end - 1] ?? '').slice(valueEnd)}`;
}

/** Index of the line behind the last key of `table`, or behind its header. */
function placeFor(statements: readonly TomlStatement[], table: readonly string[]): number | undefined {
  const own = statements.filter(({ kind, path }) =>
    isDeepStrictEqual(kind === 'table' ? path : path.slice(0, -1), table),
  );
  return own.at(-1)?.end;
}

/** Before the first table, behind a comment that heads the file. */
function atTheTop(lines: readonly string[], line: string): string {
  const firstOther = lines.findIndex((each) => !each.startsWith('#'));
  const isHeading = firstOther > 0 && lines[firstOther]?.trim() === '';
  const at = isHeading ? firstOther + 1 : 0;
  return lines.toSpliced(at, 0, line, '').join('\n');
}

/** Without the table, what is below it, and the comment directly above its header. */
function withoutTable(text: string, path: readonly string[]): string {
  const lines = text.split('\n');
  const statements = statementsOf(text);
  const isInside = (each: TomlStatement): boolean => path.every((part, index) => each.path[index] === part);
  const dropped = new Set<number>();
  for (const statement of statements.filter(isInside)) {
    for (let line = statement.start; line < statement.end; line += 1) dropped.add(line);
    if (statement.kind === 'key') continue;
    for (let line = statement.start - 1; lines[line]?.startsWith('#') === true; line -= 1) dropped.add(line);
  }
  return withoutLines(lines, dropped).join('\n');
}

/** Of the empty lines on both sides of what is gone, those of one side stay. */
function withoutLines(lines: readonly string[], dropped: ReadonlySet<number>): readonly string[] {
  const kept: string[] = [];
  let isSeam = false;
  for (const [index, line] of lines.entries()) {
    const isEmpty = line.trim() === '';
    if (dropped.has(index)) isSeam = true;
    else if (isSeam && isEmpty && index < lines.length - 1 && (kept.at(-1) ?? '').trim() === '') continue;
    else {
      isSeam &&= isEmpty;
      kept.push(line);
    }
  }
  return kept;
}

function nameText(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
}

/** What JSON escapes, TOML reads. */
function valueText(value: TomlScalar): string {
  if (typeof value === 'object') return `[${value.map((each) => JSON.stringify(each)).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

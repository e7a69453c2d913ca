/** Settings rows as oclif flags. Values and defaults are resolved by src/config, so flags only carry text. */
import { Flags, type Interfaces } from '@oclif/core';
import type { FlagValues } from '../config/raw.ts';
import { type AnyRow, fileKeyOf, rowsOf, type Section, variablesOf } from '../config/setting.ts';

function describe(sectionName: string, row: AnyRow): string {
  const [variable] = variablesOf(sectionName, row);
  const fileKey = sectionName === '' ? fileKeyOf(row) : `${sectionName}.${fileKeyOf(row)}`;
  const shown = row.kind.form === 'toggle' || row.default === undefined ? '' : ` (default ${row.default})`;
  return `${row.doc}${shown}${variable === undefined ? '' : ` [${variable.name}, ${fileKey}]`}`;
}

interface SharedOptions {
  readonly description: string;
  readonly char?: 'q' | 'v' | 'o';
  readonly helpGroup?: string;
}

function flagOf(row: AnyRow, shared: SharedOptions): Interfaces.FlagInput[string] {
  if (row.kind.form === 'toggle') {
    // Without a default either answer may be worth giving.
    return Flags.boolean({ ...shared, allowNo: row.default !== 'false' });
  }
  const valued = { ...shared, helpValue: row.kind.placeholder };
  // Non-greedy: `--listen ADDRESS FILE` must not swallow the argument after the address.
  return row.kind.form === 'list'
    ? Flags.string({ ...valued, multiple: true, multipleNonGreedy: true })
    : Flags.string(valued);
}

/** The flags of a section, in the order of its rows; `group` heads them in a help text. */
export function flagsOf<C>(section: Section<C>, group?: string): Interfaces.FlagInput {
  const flags: Record<string, Interfaces.FlagInput[string]> = {};
  for (const [, row] of rowsOf(section)) {
    const shared = {
      description: describe(section.name, row),
      ...(row.char === undefined ? {} : { char: row.char }),
      ...(group === undefined ? {} : { helpGroup: group }),
    };
    flags[row.flag] = flagOf(row, shared);
  }
  return flags;
}

/** What oclif parsed, as text again: absent flags stay absent, toggles become `true` or `false`. */
export function flagTexts(parsed: Readonly<Record<string, unknown>>): FlagValues {
  const texts: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value === 'string') texts[name] = value;
    else if (typeof value === 'boolean') texts[name] = String(value);
    else if (Array.isArray(value)) texts[name] = value.map(String);
  }
  return texts;
}

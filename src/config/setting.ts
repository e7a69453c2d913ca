/**
 * One row per setting. From a row come its flag, environment variables, place in a configuration
 * file, default, help text and documentation; nothing else in the product defines any of them.
 */
import type { Kind } from './kinds.ts';

/** A variable other tools or older deployments set, and what its text means here (undefined: nothing). */
export interface ForeignVariable {
  readonly name: string;
  readonly read: (text: string) => string | undefined;
}

interface RowBase<T> {
  /** Long flag without dashes; `foo-bar` is `foo_bar` in a file and `RT_FOO_BAR` in the environment. */
  readonly flag: string;
  readonly char?: 'q' | 'v' | 'o';
  readonly kind: Kind<T>;
  /** One sentence, for help and documentation. */
  readonly doc: string;
  /** Further variables, weaker than the derived ones. */
  readonly foreign?: readonly ForeignVariable[];
  /** Only the command line may set it: it belongs to one call. */
  readonly flagOnly?: boolean;
}

/** A setting without `undefined` in its type has a default, written as a person would type it. */
export type Row<T> = RowBase<Exclude<T, undefined>> &
  (undefined extends T ? { readonly default?: undefined } : { readonly default: string });

/** The rows of one configuration object: total by type. */
export type Rows<C> = { readonly [K in keyof C]-?: Row<C[K]> };

/** Settings that belong together: a table in a configuration file. */
export interface Section<C> {
  /** Name of the table; empty for the settings every command has, which stand at the top of a file. */
  readonly name: string;
  readonly rows: Rows<C>;
}

/** A row without its type, for code that treats all rows alike. */
export type AnyRow = RowBase<unknown> & { readonly default?: string | undefined };

/** The rows of a section, in the order they were written. */
export function rowsOf<C>(section: Section<C>): readonly (readonly [keyof C & string, AnyRow])[] {
  return Object.entries(section.rows) as unknown as readonly (readonly [keyof C & string, AnyRow])[];
}

/** Key inside the section's table. */
export function fileKeyOf(row: AnyRow): string {
  return row.flag.replaceAll('-', '_');
}

/** Environment variables in falling precedence: `RT_WORKER_LISTEN`, `RT_LISTEN`, then foreign ones. */
export function variablesOf(sectionName: string, row: AnyRow): readonly ForeignVariable[] {
  if (row.flagOnly) return [];
  const key = fileKeyOf(row).toUpperCase();
  const own = sectionName === '' ? [`RT_${key}`] : [`RT_${sectionName.toUpperCase()}_${key}`, `RT_${key}`];
  return [...own.map((name) => ({ name, read: (text: string) => text })), ...(row.foreign ?? [])];
}

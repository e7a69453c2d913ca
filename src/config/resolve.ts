/** Raw text → typed configuration, with the origin of each value. */
import { RtError } from '../base/errors.ts';
import type { RawValue } from './kinds.ts';
import type { Origin, Source } from './raw.ts';
import { type AnyRow, rowsOf, type Section } from './setting.ts';

export interface Resolved<C> {
  readonly values: C;
  /** Absent for a setting nobody gave and that has no default. */
  readonly origins: Readonly<Partial<Record<keyof C & string, Origin>>>;
}

function refuse(row: AnyRow, raw: RawValue, origin: Origin): RtError {
  const shown = typeof raw === 'string' ? raw : raw.join(', ');
  const place = origin.layer === 'context' ? `context ${origin.name}` : origin.name;
  const subject = origin.layer === 'flag' || origin.layer === 'environment' ? place : `${place}: ${row.flag}`;
  return new RtError(
    origin.layer === 'flag' ? 'usage' : 'config_invalid',
    `${subject} cannot be ${JSON.stringify(shown)}`,
    { hint: `Give it ${row.kind.expects}.` },
  );
}

/** What is said of `row` first, or its default. */
export function locate(
  sectionName: string,
  row: AnyRow,
  sources: readonly Source[],
): { readonly raw: RawValue; readonly origin: Origin } | undefined {
  for (const source of sources) {
    const found = source.find(sectionName, row);
    if (found !== undefined) return found;
  }
  if (row.default === undefined) return undefined;
  return { raw: row.default, origin: { layer: 'default', name: 'default' } };
}

/**
 * The section's configuration from the first source that holds each value.
 * @throws RtError usage (a flag's value) or config_invalid (any other) with the values that would do
 */
export function resolveSection<C>(section: Section<C>, sources: readonly Source[]): Resolved<C> {
  const values: Partial<Record<keyof C & string, unknown>> = {};
  const origins: Partial<Record<keyof C & string, Origin>> = {};
  for (const [name, row] of rowsOf(section)) {
    const found = locate(section.name, row, sources);
    values[name] = undefined;
    if (found === undefined) continue;
    const value = row.kind.parse(found.raw);
    if (value === undefined) throw refuse(row, found.raw, found.origin);
    values[name] = value;
    origins[name] = found.origin;
  }
  // Rows are total over C and each kind yields its field's type, so the object is a C.
  return { values: values as C, origins };
}

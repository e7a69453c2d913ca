/** How the rows of a list are told apart, what they stand for, and where the values of their fields are. */
import type { Opened } from '../choice/screen-name.ts';
import type { FieldValue } from './fields.ts';

export interface Rows<Row> {
  readonly idOf: (row: Row) => string;
  readonly aboutOf: (row: Row) => Opened | undefined;
  readonly valueOf: (row: Row, field: string) => FieldValue;
}

export type Values<Row, Field extends string> = Readonly<Record<Field, (row: Row) => FieldValue>>;

/** Rows with a value for each field of their list. */
export function rowsBy<Row, Field extends string>(
  values: Values<Row, Field>,
  rest: Omit<Rows<Row>, 'valueOf'>,
): Rows<Row> {
  const byName = new Map<string, (row: Row) => FieldValue>(Object.entries(values));
  return { ...rest, valueOf: (row, field) => byName.get(field)?.(row) ?? null };
}

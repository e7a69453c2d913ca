/** The id of a session in a table: in full where there is room for it, as `rt sessions tail` wants it. */
import { type Column, fitting } from '../drawing/column.ts';

/** Tables of this width have room for it, and for what else is short elsewhere. */
export const ROOMY_COLUMNS = 100;
const LONGEST = 17;
const SHORTEST = 12;
const PREFIX = /^sess_/;

/** The column of a table of `width`; `idOf` may answer nothing. */
export function sessionIdColumn<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  width: number,
): Column<Row> {
  const isRoomy = width >= ROOMY_COLUMNS;
  const text = (row: Row): string => (isRoomy ? idOf(row) : idOf(row).replace(PREFIX, ''));
  return {
    header: 'SESSION',
    width: fitting(rows.map(text), SHORTEST, isRoomy ? LONGEST : SHORTEST),
    text,
  };
}

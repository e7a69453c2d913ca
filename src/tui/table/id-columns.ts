/** Ids in tables: in full where there is room for them, as `rt sessions tail` wants them. */
import { type Column, fitting } from '../drawing/column.ts';

/** Tables of this width have room for it, and for what else is short elsewhere. */
export const ROOMY_COLUMNS = 100;
const LONGEST = 17;
const SHORTEST = 12;
const PREFIX = /^sess_/;

/** What tells a session from others, without what all begin with. */
export function shortSessionId(id: string): string {
  return id.replace(PREFIX, '');
}

/** Columns of the longest id of a worker or a gateway that a table of `width` shows in full. */
export function longestId(width: number): number {
  return width >= 140 ? 32 : 20;
}

/** The column of a table of `width`; `idOf` may answer nothing. */
export function sessionIdColumn<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  width: number,
): Column<Row> {
  const isRoomy = width >= ROOMY_COLUMNS;
  const text = (row: Row): string => (isRoomy ? idOf(row) : shortSessionId(idOf(row)));
  return {
    header: 'SESSION',
    width: fitting(rows.map(text), SHORTEST, isRoomy ? LONGEST : SHORTEST),
    text,
  };
}

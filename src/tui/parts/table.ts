import { type Column, headersOf, spansOf } from '../drawing/column.ts';
import type { Glyphs } from '../drawing/glyphs.ts';
import { type Line, lineOf, textLine } from '../drawing/line.ts';

/** Heading and header of a table that fills the screen. */
export const TABLE_FRAME_ROWS = 2;

export interface TableOptions<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Place of the chosen one among them; -1 for none. */
  readonly chosen: number;
  readonly glyphs: Glyphs;
}

/** A header and one line per row; the caller gives no more rows than there is room for. */
export function table<Row>({ columns, rows, chosen, glyphs }: TableOptions<Row>): readonly Line[] {
  return [
    textLine(headersOf(columns, glyphs), 'faint'),
    ...rows.map((row, index) => lineOf(spansOf(columns, row, glyphs), { isChosen: index === chosen })),
  ];
}

import { type Column, headersOf, spansOf } from '../drawing/column.ts';
import type { Glyphs } from '../drawing/format.ts';
import { type Line, lineOf, textLine } from '../drawing/line.ts';

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

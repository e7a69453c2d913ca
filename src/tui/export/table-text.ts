/** Tables as plain text. */
import { type Column, GAP, headersOf, spansOf } from '../drawing/column.ts';
import type { Glyphs } from '../drawing/glyphs.ts';

/** Wide enough for every column; texts are not cut. */
export const TABLE_COLUMNS = 120;

/** A header and one line per row. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  glyphs: Glyphs,
): readonly string[] {
  return [
    headersOf(columns, glyphs).trimEnd(),
    ...rows.map((row) =>
      spansOf(columns, row, glyphs)
        .map(({ text }) => text)
        .join(GAP)
        .trimEnd(),
    ),
  ];
}

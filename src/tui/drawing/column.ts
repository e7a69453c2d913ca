/** A table as data: the same columns fill the screen and the printed snapshot. */
import { cell } from './cell.ts';
import type { Glyphs } from './glyphs.ts';
import type { Tone } from './theme.ts';

export interface Column<Row> {
  readonly header: string;
  readonly width: number;
  readonly align?: 'left' | 'right';
  readonly keep?: 'start' | 'end';
  readonly text: (row: Row) => string;
  readonly tone?: (row: Row) => Tone;
}

/** What columns have to fit into. */
export interface ColumnRoom {
  /** Columns of the screen. */
  readonly width: number;
  readonly glyphs: Glyphs;
}

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export const GAP = '  ';

/** The cells of `row`, each as wide as its column. */
export function spansOf<Row>(columns: readonly Column<Row>[], row: Row, glyphs: Glyphs): readonly Span[] {
  return columns.map((column) => ({
    text: cell(column.text(row), column, glyphs),
    tone: column.tone?.(row) ?? 'plain',
  }));
}

/** The names of the columns, as wide as they are. */
export function headersOf<Row>(columns: readonly Column<Row>[], glyphs: Glyphs): string {
  return columns.map(({ header, ...options }) => cell(header, options, glyphs)).join(GAP);
}

/** Columns a table takes, gaps included. */
export function widthOf(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + GAP.length * Math.max(0, columns.length - 1);
}

/** Columns for texts of which the longest is shown in full, between `least` and `most`. */
export function fitting(texts: readonly string[], least: number, most: number): number {
  return Math.min(most, Math.max(least, ...texts.map((text) => text.length)));
}

/** The columns from the first on that fit into `width`; the next one too, cut, where half of it does. */
export function fittingColumns<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  const whole = columns.filter((_, index) => widthOf(columns.slice(0, index + 1)) <= width);
  const next = columns[whole.length];
  const left = width - widthOf(whole) - GAP.length;
  return next !== undefined && left >= next.width / 2 ? [...whole, { ...next, width: left }] : whole;
}

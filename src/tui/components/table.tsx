import { Box } from 'ink';
import type { JSX } from 'react';
import { type Column, headersOf, spansOf } from '../column.ts';
import type { Theme } from '../theme.ts';
import { Line } from './line.tsx';

export interface TableProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Place of the chosen one among them; -1 for none. */
  readonly chosen?: number;
  /** A last line in place of rows that do not fit; empty for none. */
  readonly more: string;
  readonly theme: Theme;
}

/** A header and one line per row; the caller gives no more rows than there is room for. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { columns, rows, chosen = -1, more, theme } = props;
  return (
    <Box flexDirection="column">
      <Line theme={theme} spans={[{ text: headersOf(columns, theme.glyphs), tone: 'faint' }]} />
      {rows.map((row, index) => (
        // A line of the screen is known by its place: a session that changes its gateway is listed twice for a while.
        <Line
          key={index}
          theme={theme}
          isChosen={index === chosen}
          spans={spansOf(columns, row, theme.glyphs)}
        />
      ))}
      {more === '' ? null : <Line theme={theme} spans={[{ text: more, tone: 'faint' }]} />}
    </Box>
  );
}

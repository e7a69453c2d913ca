import { Box } from 'ink';
import type { JSX } from 'react';
import type { Page } from '../arrange.ts';
import { NO_MATCH } from '../hints.ts';
import { pageNote } from '../page-note.ts';
import type { SessionReading } from '../readings.ts';
import type { ScreenProps } from '../screens/screen-props.ts';
import { sessionColumns } from '../session-columns.ts';
import { Heading } from './heading.tsx';
import { Line } from './line.tsx';
import { Table } from './table.tsx';

export interface SessionTableProps extends ScreenProps {
  readonly title: string;
  readonly page: Page<SessionReading>;
  /** What to do where there are none at all. */
  readonly hint: string;
}

/** Who is speaking and what was said last; a text that may still change is marked and faint. */
export function SessionTable(props: SessionTableProps): JSX.Element {
  const { title, page, hint, ui, columns: width, theme } = props;
  const columns = sessionColumns(page.matching, {
    width: width - 2,
    glyphs: theme.glyphs,
    isTextHidden: ui.isTextHidden,
    isWide: ui.isWide,
  });
  return (
    <Box flexDirection="column" width={width} height={page.list.pageRows + 2}>
      <Heading title={title} note={pageNote(page, ui, theme.glyphs)} width={width} theme={theme} />
      {page.matching.length === 0 ? (
        <Line theme={theme} spans={[{ text: page.total === 0 ? hint : NO_MATCH, tone: 'faint' }]} />
      ) : (
        <Table
          columns={columns}
          rows={page.shown}
          chosen={props.hasKeyboard ? page.chosen : -1}
          more=""
          theme={theme}
        />
      )}
    </Box>
  );
}

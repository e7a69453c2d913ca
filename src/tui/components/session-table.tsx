import { Box } from 'ink';
import type { JSX } from 'react';
import { NO_SESSIONS } from '../hints.ts';
import { sessionColumns } from '../session-columns.ts';
import { boundedOffset } from '../ui.ts';
import { Heading } from './heading.tsx';
import { Line } from './line.tsx';
import { Table } from './table.tsx';
import type { PartProps } from './worker-table.tsx';

export interface SessionTableProps extends PartProps {
  readonly offset: number;
  readonly isTextHidden: boolean;
}

/** Who is speaking and what was said last; a text that may still change is marked and faint. */
export function SessionTable(props: SessionTableProps): JSX.Element {
  const { view, width, rows, theme, isTextHidden } = props;
  const { sessions } = view;
  const first = boundedOffset(props.offset, { pageRows: rows, total: sessions.length });
  const shown = sessions.slice(first, first + rows);
  const range = `${first + 1}-${first + shown.length} of ${sessions.length}`;
  const columns = sessionColumns(sessions, { width: width - 2, glyphs: theme.glyphs, isTextHidden });
  return (
    <Box flexDirection="column" width={width} height={rows + 2}>
      <Heading title="LIVE" note={sessions.length === 0 ? '' : range} width={width} theme={theme} />
      {sessions.length === 0 ? (
        <Line theme={theme} spans={[{ text: hint(props), tone: 'faint' }]} />
      ) : (
        <Table columns={columns} rows={shown} more="" theme={theme} />
      )}
    </Box>
  );
}

/** Streaming to a fleet without workers would only be refused. */
function hint({ view }: SessionTableProps): string {
  return view.totals.liveWorkers === 0 ? '' : NO_SESSIONS;
}

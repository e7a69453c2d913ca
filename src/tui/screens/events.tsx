import { Box } from 'ink';
import { pageOf } from '../arrange.ts';
import { Heading } from '../components/heading.tsx';
import { Line } from '../components/line.tsx';
import { Table } from '../components/table.tsx';
import { eventColumns } from '../event-columns.ts';
import { NO_EVENTS, NO_MATCH } from '../hints.ts';
import { TABLE_FRAME_ROWS } from '../layout.ts';
import { EVENT_ROWS } from '../listings.ts';
import { pageNote } from '../page-note.ts';
import type { Picture, ScreenProps } from './screen-props.ts';

/** What has happened in the fleet, newest last. */
export function eventsScreen(props: ScreenProps): Picture {
  const { view, ui, columns: width, rows, theme, hasKeyboard } = props;
  const page = pageOf(view.log, EVENT_ROWS, { ui, pageRows: rows - TABLE_FRAME_ROWS });
  const note = pageNote(page, ui, theme.glyphs);
  const empty = view.log.length === 0 ? NO_EVENTS : NO_MATCH;
  const draw = () => (
    <Box flexDirection="column" width={width} height={rows}>
      <Heading
        title="EVENTS"
        note={ui.lists.events.isFollowing ? note : `${note}  not following`}
        width={width}
        theme={theme}
      />
      {page.matching.length === 0 ? (
        <Line theme={theme} spans={[{ text: empty, tone: 'faint' }]} />
      ) : (
        <Table
          columns={eventColumns(page.shown, { width: width - 2, glyphs: theme.glyphs })}
          rows={page.shown}
          chosen={hasKeyboard ? page.chosen : -1}
          more=""
          theme={theme}
        />
      )}
    </Box>
  );
  return { list: page.list, draw };
}

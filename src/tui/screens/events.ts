import { exactly, textLine } from '../drawing/line.ts';
import { EVENT_ROWS } from '../list/listings.ts';
import { pageOf } from '../list/page.ts';
import { pageNote } from '../list/page-note.ts';
import { heading } from '../parts/heading.ts';
import { TABLE_FRAME_ROWS, table } from '../parts/table.ts';
import { eventColumns } from '../table/event-columns.ts';
import { NO_EVENTS, NO_MATCH } from '../table/hints.ts';
import type { Picture, ScreenProps } from './screen.ts';

/** What has happened in the fleet, newest last. */
export function eventsScreen(props: ScreenProps): Picture {
  const { view, ui, columns: width, rows, theme, date, hasKeyboard } = props;
  const page = pageOf(view.log, EVENT_ROWS, { ui, pageRows: rows - TABLE_FRAME_ROWS });
  const { glyphs } = theme;
  const range = pageNote(page, ui, glyphs);
  const note = ui.lists.events.isFollowing ? range : `${range}  not following`;
  const draw = () => {
    const lines =
      page.matching.length === 0
        ? [textLine(view.log.length === 0 ? NO_EVENTS : NO_MATCH, 'faint')]
        : table({
            columns: eventColumns(page.matching, { width: width - 2, glyphs, date }),
            rows: page.shown,
            chosen: hasKeyboard ? page.chosen : -1,
            glyphs,
          });
    return exactly([heading({ title: 'EVENTS', note, width, theme }), ...lines], rows);
  };
  return { list: page.list, draw };
}

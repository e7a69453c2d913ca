/** The rows of one view as plain text: the columns of the screen, every row that matches. */
import type { Ui } from '../choice/ui.ts';
import type { Column } from '../drawing/column.ts';
import { ASCII, UNICODE } from '../drawing/glyphs.ts';
import { EVENT_ROWS, SESSION_ROWS, WORKER_ROWS } from '../list/listings.ts';
import { pageOf } from '../list/page.ts';
import type { Rows } from '../list/rows.ts';
import type { View } from '../state/view.ts';
import { eventColumns } from '../table/event-columns.ts';
import { NO_EVENTS, NO_ROOMS, NO_SESSIONS, NO_WORKERS, NOTHING_MATCHES } from '../table/hints.ts';
import { sessionColumns } from '../table/session-columns.ts';
import { workerColumns } from '../table/worker-columns.ts';
import { TABLE_COLUMNS, tableLines } from './table-text.ts';

/** Lines without colours, with a line feed between them, for the view `ui` has chosen, at `date`. */
export function viewText(
  view: View,
  ui: Ui,
  { ascii, date }: { readonly ascii: boolean; readonly date: Date },
): string {
  const glyphs = ascii ? ASCII : UNICODE;
  const room = { width: TABLE_COLUMNS, glyphs };
  const table = <Row>({ all, rows, columnsOf, empty }: Table<Row>): string => {
    const { matching } = pageOf(all, rows, { ui, pageRows: 1 });
    if (matching.length === 0) return all.length === 0 ? empty : NOTHING_MATCHES;
    return tableLines(columnsOf(matching), matching, glyphs).join('\n');
  };
  switch (ui.view) {
    case 'workers':
      return table({
        all: view.workers,
        rows: WORKER_ROWS,
        columnsOf: (rows) => workerColumns(rows, room),
        empty: NO_WORKERS,
      });
    case 'events':
      return table({
        all: view.log,
        rows: EVENT_ROWS,
        columnsOf: (rows) => eventColumns(rows, { ...room, date }),
        empty: NO_EVENTS,
      });
    case 'rooms':
      return NO_ROOMS.join('\n');
    case 'overview':
    case 'sessions':
    case 'transcripts':
      return table({
        all: view.sessions,
        rows: SESSION_ROWS,
        columnsOf: (rows) => sessionColumns(rows, { ...room, isTextHidden: ui.isTextHidden }),
        empty: NO_SESSIONS,
      });
  }
}

interface Table<Row> {
  readonly all: readonly Row[];
  readonly rows: Rows<Row>;
  readonly columnsOf: (matching: readonly Row[]) => readonly Column<Row>[];
  /** Where there are no rows at all. */
  readonly empty: string;
}

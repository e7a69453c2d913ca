import { exactly, textLine } from '../drawing/line.ts';
import { WORKER_ROWS } from '../list/listings.ts';
import { pageOf } from '../list/page.ts';
import { pageNote } from '../list/page-note.ts';
import { heading } from '../parts/heading.ts';
import { TABLE_FRAME_ROWS, table } from '../parts/table.ts';
import { lifeNote } from '../parts/worker-table.ts';
import { NO_MATCH, NO_WORKERS } from '../table/hints.ts';
import { workerColumns } from '../table/worker-columns.ts';
import type { Picture, ScreenProps } from './screen.ts';

/** Every worker, on the whole screen. */
export function workersScreen(props: ScreenProps): Picture {
  const { view, ui, columns: width, rows, theme, hasKeyboard } = props;
  const { glyphs } = theme;
  const page = pageOf(view.workers, WORKER_ROWS, { ui, pageRows: rows - TABLE_FRAME_ROWS });
  const empty = view.workers.length === 0 ? NO_WORKERS : NO_MATCH;
  const note = view.workers.length === 0 ? '' : `${pageNote(page, ui, glyphs)}  ${lifeNote(view)}`;
  const draw = () => {
    const lines =
      page.matching.length === 0
        ? [textLine(view.isWaiting ? '' : empty, 'faint')]
        : table({
            columns: workerColumns(page.matching, { width: width - 2, glyphs, isWide: ui.isWide }),
            rows: page.shown,
            chosen: hasKeyboard ? page.chosen : -1,
            glyphs,
          });
    return exactly([heading({ title: 'WORKERS', note, width, theme }), ...lines], rows);
  };
  return { list: page.list, draw };
}

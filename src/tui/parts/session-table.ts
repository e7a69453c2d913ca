import type { Ui } from '../choice/ui.ts';
import { exactly, type Line, textLine } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';
import type { SessionReading } from '../fleet/readings.ts';
import type { Page } from '../list/page.ts';
import { pageNote } from '../list/page-note.ts';
import { NO_MATCH } from '../table/hints.ts';
import { sessionColumns } from '../table/session-columns.ts';
import { heading } from './heading.ts';
import { TABLE_FRAME_ROWS, table } from './table.ts';

export interface SessionTableOptions {
  readonly ui: Ui;
  readonly columns: number;
  readonly theme: Theme;
  readonly hasKeyboard: boolean;
  readonly title: string;
  readonly page: Page<SessionReading>;
  /** What to do where there are none at all. */
  readonly hint: string;
}

/** Who is speaking and what was said last; a text that may still change is marked and faint. */
export function sessionTable(options: SessionTableOptions): readonly Line[] {
  const { title, page, hint, ui, columns: width, theme } = options;
  const { glyphs } = theme;
  const { isTextHidden, isWide } = ui;
  const columns = sessionColumns(page.matching, { width: width - 2, glyphs, isTextHidden, isWide });
  const chosen = options.hasKeyboard ? page.chosen : -1;
  const lines =
    page.matching.length === 0
      ? [textLine(page.total === 0 ? hint : NO_MATCH, 'faint')]
      : table({ columns, rows: page.shown, chosen, glyphs });
  const note = pageNote(page, ui, glyphs);
  return exactly([heading({ title, note, width, theme }), ...lines], page.list.pageRows + TABLE_FRAME_ROWS);
}

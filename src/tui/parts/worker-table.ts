import { exactly, type Line, textLine } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';
import type { View } from '../state/view.ts';
import { NO_WORKERS } from '../table/hints.ts';
import { workerColumns } from '../table/worker-columns.ts';
import { firstRows } from './first-rows.ts';
import { heading } from './heading.ts';
import { TABLE_FRAME_ROWS, table } from './table.ts';

export interface PartOptions {
  readonly view: View;
  readonly width: number;
  /** Lines besides heading and header. */
  readonly rows: number;
  readonly theme: Theme;
}

/** The first workers, how full they are and how fast they step. */
export function workerTable({ view, width, rows, theme }: PartOptions): readonly Line[] {
  const { workers } = view;
  const { glyphs } = theme;
  const { shown, hidden } = firstRows(workers, rows);
  const columns = workerColumns(workers, { width: width - 2, glyphs });
  const lines =
    workers.length === 0
      ? [textLine(view.isWaiting ? '' : NO_WORKERS, 'faint')]
      : table({ columns, rows: shown, chosen: -1, glyphs });
  const note = workers.length === 0 ? '' : lifeNote(view);
  const more = hidden === 0 ? [] : [textLine(`and ${hidden} more: 2 shows all`, 'faint')];
  return exactly(
    [heading({ title: 'WORKERS', note, width, theme }), ...lines, ...more],
    rows + TABLE_FRAME_ROWS,
  );
}

/** `3 live, 1 lost`. */
export function lifeNote({ workers, totals }: View): string {
  const lost = workers.length - totals.liveWorkers;
  return [`${totals.liveWorkers} live`, ...(lost > 0 ? [`${lost} lost`] : [])].join(', ');
}

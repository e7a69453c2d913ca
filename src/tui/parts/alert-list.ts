import { cell } from '../drawing/cell.ts';
import { exactly, type Line, textLine } from '../drawing/line.ts';
import { NO_ALERTS } from '../table/hints.ts';
import { firstRows } from './first-rows.ts';
import { heading } from './heading.ts';
import type { PartOptions } from './worker-table.ts';

export const ALERT_MARKS = { critical: '!', warning: '~' } as const;
export const ALERT_TONES = { critical: 'bad', warning: 'warn' } as const;

/** What is wrong, worst first: `rows` lines below a heading. */
export function alertList({ view, width, rows, theme }: PartOptions): readonly Line[] {
  const { alerts } = view;
  const { shown, hidden } = firstRows(alerts, rows);
  const note = alerts.length === 0 ? '' : String(alerts.length);
  const lines = [
    heading({ title: 'ALERTS', note, width, theme }),
    ...(alerts.length === 0 ? [textLine(NO_ALERTS, 'faint')] : []),
    ...shown.map(({ level, text }) =>
      textLine(cell(`${ALERT_MARKS[level]} ${text}`, { width: width - 2 }, theme.glyphs), ALERT_TONES[level]),
    ),
    ...(hidden === 0 ? [] : [textLine(`and ${hidden} more`, 'faint')]),
  ];
  return exactly(lines, rows + 1);
}

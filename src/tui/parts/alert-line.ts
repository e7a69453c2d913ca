import { cell } from '../drawing/cell.ts';
import { EMPTY_LINE, type Line, lineOf } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';
import type { Alert } from '../state/alerts.ts';
import { ALERT_MARKS, ALERT_TONES } from './alert-list.ts';

export interface AlertLineOptions {
  /** Worst first; not empty. */
  readonly alerts: readonly Alert[];
  readonly columns: number;
  readonly theme: Theme;
}

/** The worst alert and how many more there are, for screens without a place for all. */
export function alertLine({ alerts, columns, theme }: AlertLineOptions): Line {
  const [worst] = alerts;
  if (worst === undefined) return EMPTY_LINE;
  const more = alerts.length === 1 ? '' : `  +${alerts.length - 1} more (1)`;
  const width = Math.max(1, columns - 2 - more.length);
  const text = cell(`${ALERT_MARKS[worst.level]} ${worst.text}`, { width }, theme.glyphs);
  return lineOf(
    [
      { text, tone: ALERT_TONES[worst.level] },
      { text: more, tone: 'faint' },
    ],
    { gap: '' },
  );
}

import { cell } from '../drawing/cell.ts';
import { type Line, textLine } from '../drawing/line.ts';
import { ageText } from '../drawing/quantity-text.ts';
import type { Theme } from '../drawing/theme.ts';
import type { View } from '../state/view.ts';

/** Whether a terminal has room for more than that. */
export function hasRoom({ columns, rows }: { readonly columns: number; readonly rows: number }): boolean {
  return columns >= 60 && rows >= 15;
}

export interface CompactOptions {
  readonly view: View;
  readonly columns: number;
  readonly theme: Theme;
}

/** One line, for terminals with room for no more. */
export function compactLine({ view, columns, theme }: CompactOptions): Line {
  const { totals, workers, alerts } = view;
  const parts = [
    ...(view.freshness === 'stale' ? ['STALE'] : []),
    ...(view.outage === undefined ? [] : ['NO REDIS']),
    // What is wrong first: the end has no room in the smallest.
    `alerts ${alerts.length}`,
    `sessions ${totals.active}/${totals.capacity}`,
    `workers ${totals.liveWorkers}/${workers.length}`,
    view.isWaiting ? 'no data yet' : `data ${ageText(view.dataAgeMs)}`,
  ];
  const text = cell(parts.join('  '), { width: Math.max(1, columns - 1) }, theme.glyphs);
  return textLine(text, alerts.length > 0 ? 'warn' : 'plain');
}

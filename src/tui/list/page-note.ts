/** What the heading of a list says of the rows below it. */
import { screenOf, type Ui } from '../choice/ui.ts';
import { toAscii } from '../drawing/cell.ts';
import type { Glyphs } from '../drawing/glyphs.ts';
import { FIELDS } from './fields.ts';
import { filterInForce, type Page } from './page.ts';

/** `/lag>1  by lag ↓  1-20 of 34 (200)`: what is asked for, how it is ordered, what is shown; empty without rows. */
export function pageNote(page: Page<unknown>, ui: Ui, glyphs: Glyphs): string {
  const filter = filterInForce(ui).trim();
  const { matching, shown, first, total } = page;
  const range = matching.length === 0 ? '' : `${first + 1}-${first + shown.length} of ${matching.length}`;
  const isPart = filter !== '' && total > 0;
  return [
    filter === '' ? '' : `/${glyphs.isAscii ? toAscii(filter) : filter}`,
    orderNote(ui, glyphs),
    isPart ? `${range === '' ? 'none' : range} (all: ${total})` : range,
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function orderNote(ui: Ui, glyphs: Glyphs): string {
  const name = screenOf(ui);
  const { sort } = ui.lists[name];
  if (sort === undefined) return '';
  const isFalling = (FIELDS[name][sort.by] !== 'text') !== sort.isReversed;
  return `by ${sort.by} ${isFalling ? glyphs.falling : glyphs.rising}`;
}

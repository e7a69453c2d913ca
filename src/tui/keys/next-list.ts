/** Moving in a list and ordering it. */
import { isTail } from '../choice/list-choice.ts';
import { screenOf, type Ui, withChoice } from '../choice/ui.ts';
import { SORTS } from '../list/fields.ts';
import type { ListOnScreen } from '../list/list-on-screen.ts';
import { placeOf } from '../list/list-place.ts';

/** The row at `target`, or the nearest there is, is chosen; the last one of a list that grows is followed. */
export function movedTo(ui: Ui, target: number, list: ListOnScreen): Ui {
  const name = screenOf(ui);
  const last = list.items.length - 1;
  const index = Math.max(0, Math.min(target, last));
  const { offset } = placeOf(ui.lists[name], list);
  const moved = { selected: list.items[index]?.id, index, isFollowing: isTail(name) && index >= last };
  const place = placeOf({ ...ui.lists[name], ...moved, offset }, list);
  return withChoice(ui, { ...moved, offset: place.offset });
}

/** `steps` rows on, from the last to the first and the other way round. */
export function placedBy(ui: Ui, steps: number, list: ListOnScreen): Ui {
  const { length } = list.items;
  if (length === 0) return ui;
  const { index } = placeOf(ui.lists[screenOf(ui)], list);
  return movedTo(ui, (index + steps + length) % length, list);
}

/** Ordered by the field after the one that orders it now; after the last comes the list's own order. */
export function sortedBy(ui: Ui): Ui {
  const name = screenOf(ui);
  const { sort } = ui.lists[name];
  const sorts = SORTS[name];
  const by = sorts[sort === undefined ? 0 : sorts.indexOf(sort.by) + 1];
  return withChoice(ui, { sort: by === undefined ? undefined : { by, isReversed: false } });
}

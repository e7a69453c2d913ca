/** Which row of a list is chosen and which are on the screen, whatever has become of the list since the choice. */
import type { ListChoice } from '../choice/list-choice.ts';
import type { ListOnScreen } from './list-on-screen.ts';

export interface Place {
  /** Of the chosen row; -1 in an empty list. */
  readonly index: number;
  /** First row shown: from 0 to the one from which on a full page follows, or 0. */
  readonly offset: number;
}

/** The chosen row is on the page; of a list that is followed it is the last. */
export function placeOf(choice: ListChoice, list: Pick<ListOnScreen, 'items' | 'pageRows'>): Place {
  const { items } = list;
  const last = items.length - 1;
  const found = choice.selected === undefined ? -1 : items.findIndex(({ id }) => id === choice.selected);
  // A row that is gone leaves the choice to the one that took its place.
  const index = choice.isFollowing ? last : Math.min(found >= 0 ? found : choice.index, last);
  const pageRows = Math.max(1, list.pageRows);
  const lowest = Math.max(0, index - pageRows + 1);
  const highest = Math.max(0, Math.min(index, items.length - pageRows));
  return { index, offset: Math.min(Math.max(choice.offset, lowest), highest) };
}

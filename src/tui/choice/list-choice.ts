/**
 * What was chosen in one list.
 *
 * Rows are chosen by id and remembered by place as well: a list may be sorted anew, filtered or shortened under a
 * choice at any time.
 */
import type { ScreenName } from './screen-name.ts';

export interface Sort {
  /** Name of a field of the list. */
  readonly by: string;
  readonly isReversed: boolean;
}

export interface ListChoice {
  /** Undefined before anybody has moved: the first row, or the last of a list that is followed. */
  readonly selected: string | undefined;
  /** Where the selected row was last: the choice when it is gone. */
  readonly index: number;
  /** First row shown. */
  readonly offset: number;
  /** Undefined for the order the list has of itself. */
  readonly sort: Sort | undefined;
  /** An expression of list/filter.ts; empty for all rows. */
  readonly filter: string;
  /** New rows at the end move the choice along. */
  readonly isFollowing: boolean;
}

/** Lists that grow at their end. */
const TAILS: readonly ScreenName[] = ['transcripts', 'events', 'session'];

/** Whether new rows of `list` come at its end. */
export function isTail(list: ScreenName): boolean {
  return TAILS.includes(list);
}

/** Before anybody has chosen. */
export function untouched(list: ScreenName): ListChoice {
  const isFollowing = isTail(list);
  return { selected: undefined, index: 0, offset: 0, sort: undefined, filter: '', isFollowing };
}

/** The rows of a screen as keys see them. */
import type { Opened } from '../choice/screen-name.ts';

/** A row as keys see it. */
export interface Item {
  /** Unique in its list. */
  readonly id: string;
  /** What enter opens, `c` copies, and `d` or `E` are about; undefined for a row that stands for nothing. */
  readonly about: Opened | undefined;
}

/** The rows of one screen, filtered and sorted as they are shown. */
export interface ListOnScreen {
  readonly items: readonly Item[];
  /** How many are shown at once. */
  readonly pageRows: number;
}

export const NO_LIST: ListOnScreen = { items: [], pageRows: 1 };

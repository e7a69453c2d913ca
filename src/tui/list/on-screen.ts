/** What keys refer to: the list on the screen and the names one may type. */
import type { Opened } from '../choice/ui.ts';

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

/** Everything besides the choices so far that the meaning of a key depends on. */
export interface Context {
  readonly list: ListOnScreen;
  readonly workerIds: readonly string[];
  readonly sessionIds: readonly string[];
  readonly isReadOnly: boolean;
  /** The name of the object has to be typed, not only `y`. */
  readonly confirmsByName: boolean;
  /** False where the monitor was started without texts. */
  readonly hasTranscripts: boolean;
}

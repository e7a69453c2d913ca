/** What the meaning of a key depends on besides the choices so far. */
import type { ListOnScreen } from '../list/list-on-screen.ts';

/** What the monitor was started with. */
export interface Limits {
  readonly isReadOnly: boolean;
  /** The name of the object has to be typed, not only `y`. */
  readonly confirmsByName: boolean;
  readonly hasTranscripts: boolean;
}

export interface Context extends Limits {
  readonly list: ListOnScreen;
  /** The names one may type. */
  readonly workerIds: readonly string[];
  readonly sessionIds: readonly string[];
}

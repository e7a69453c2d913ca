/** How often and when a server is asked again. */

/** Attempts in a row that brought nothing. */
const MOST_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A server that wants to be left alone for longer is not waited for. */
const LONGEST_WISH_MS = 120_000;

export type Patience =
  | { readonly type: 'pause'; readonly pauseMs: number }
  /** `retryAfterMs` where the server named a time. */
  | { readonly type: 'give-up'; readonly retryAfterMs: number | undefined };

/** @param failures attempts in a row that brought nothing, the last one included */
export function patience(failures: number, wishMs: number | undefined): Patience {
  if (failures >= MOST_ATTEMPTS || (wishMs ?? 0) > LONGEST_WISH_MS) {
    return { type: 'give-up', retryAfterMs: wishMs };
  }
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return { type: 'pause', pauseMs: Math.max(pauseMs, wishMs ?? 0) };
}

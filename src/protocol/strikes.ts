/** Patience with broken messages: so many within a minute end a session with 4400. */
export const STRIKE_LIMIT = 20;
const WINDOW_MS = 60_000;

/** Monotonic times of the strikes of the last minute, oldest first. */
export type Strikes = readonly number[];

export const NO_STRIKES: Strikes = [];

/** Counts one more broken message at `nowMs`; `isOut` when it is the twentieth within a minute. */
export function addStrike(
  strikes: Strikes,
  nowMs: number,
): { readonly strikes: Strikes; readonly isOut: boolean } {
  const recent = [...strikes.filter((atMs) => nowMs - atMs < WINDOW_MS), nowMs].slice(-STRIKE_LIMIT);
  return { strikes: recent, isOut: recent.length >= STRIKE_LIMIT };
}

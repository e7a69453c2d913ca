/** How long to wait before the next try to connect. */
const FIRST_MS = 100;
const BASE_MS = 250;
const CAP_MS = 5_000;

/**
 * Milliseconds before try `tried` + 1, at least `adviceMs`: the first almost at once, so that a blip costs nothing,
 * then anywhere up to a bound that doubles ("full jitter": M. Brooker, Exponential Backoff And Jitter, AWS 2015), so
 * that the clients of a lost gateway do not come back together.
 */
export function backoffMs(
  tried: number,
  options: { readonly random: () => number; readonly adviceMs?: number | undefined },
): number {
  const boundMs = tried === 0 ? FIRST_MS : Math.min(CAP_MS, BASE_MS * 2 ** tried);
  const jitterMs = options.random() * boundMs;
  // Those who were all told the same time are spread behind it.
  return options.adviceMs === undefined ? jitterMs : options.adviceMs + Math.min(jitterMs, FIRST_MS);
}

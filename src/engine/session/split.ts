/** When an utterance is too long and must be cut: at a pause if one comes in time, else anyway. Pure. */

/** Before the limit, the stretch in which a pause is taken. */
const PATIENCE_MS = 3000;
/** Of short limits at most this share is patience. */
const PATIENCE_SHARE = 0.2;

export function isSplitDue(
  lengthMs: number,
  now: { readonly maxMs: number; readonly isPause: boolean },
): boolean {
  const patienceMs = Math.min(PATIENCE_MS, now.maxMs * PATIENCE_SHARE);
  return lengthMs >= now.maxMs || (now.isPause && lengthMs >= now.maxMs - patienceMs);
}

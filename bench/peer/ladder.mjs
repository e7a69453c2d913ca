/**
 * The search for the greatest number of streams that is still served inside the promise. Pure.
 *
 * Grows by half until a number fails (or falls until one holds), then halves the gap between the two.
 */

/**
 * @typedef {object} Step
 * @property {number} streams
 * @property {boolean} isHeld
 */

/**
 * The number of streams to try next; undefined once the answer is known to `resolution`.
 *
 * @param {readonly Step[]} steps every step so far, in any order
 * @param {{ start: number, max?: number, resolution?: number }} search
 */
export function nextStreams(steps, { start, max = 4096, resolution = 0.05 }) {
  if (steps.length === 0) return start;
  const held = capacityOf(steps);
  const failed = smallestFailed(steps);
  if (failed === undefined) return held >= max ? undefined : Math.min(max, Math.ceil(held * 1.5));
  if (held === 0) return failed === 1 ? undefined : Math.max(1, Math.floor(failed / 2));
  if (failed - held <= Math.max(1, Math.floor(held * resolution))) return undefined;
  return Math.floor((held + failed) / 2);
}

/**
 * The greatest number that held below every number that failed; 0 when none did.
 *
 * @param {readonly Step[]} steps
 */
export function capacityOf(steps) {
  const failed = smallestFailed(steps) ?? Infinity;
  return Math.max(0, ...steps.filter((step) => step.isHeld && step.streams < failed).map((s) => s.streams));
}

/** @param {readonly Step[]} steps */
function smallestFailed(steps) {
  const failed = steps.filter((step) => !step.isHeld).map((step) => step.streams);
  return failed.length === 0 ? undefined : Math.min(...failed);
}

/** How the slots of one worker are shared between new sessions and those that lost their worker. */

/** One slot in this many is kept; so workers of fewer slots keep none. */
const SLOTS_PER_KEPT_ONE = 20;

/**
 * Slots that new sessions may take; sessions that replay may take all of `capacity`. Otherwise a fleet at its limit
 * that loses a worker would give each slot that falls free to whoever calls first, and running calls would break.
 */
export function normalSlots(capacity: number): number {
  return capacity - Math.floor(capacity / SLOTS_PER_KEPT_ONE);
}

/** How the slots of one worker are shared between new sessions and those that lost their worker. */
import type { WorkerView } from './ports.ts';

/** One slot in this many is kept; so workers of fewer slots keep none. */
const SLOTS_PER_KEPT_ONE = 20;

/**
 * Slots that new sessions may take; sessions that replay may take all of `capacity`. Otherwise a fleet at its limit
 * that loses a worker would give each slot that falls free to whoever calls first, and running calls would break.
 */
export function normalSlots(capacity: number): number {
  return capacity - Math.floor(capacity / SLOTS_PER_KEPT_ONE);
}

/** Slots a worker has for sessions, its own included: one that an operator closed has those it holds, and no more. */
export function slotsInService({
  status,
  wish,
  capacity,
  activeSessions,
}: Pick<WorkerView, 'status' | 'wish' | 'capacity' | 'activeSessions'>): number {
  if (status === 'draining' || status === 'offline') return 0;
  return wish === 'none' ? capacity : Math.min(capacity, activeSessions);
}

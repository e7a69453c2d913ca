/** How long a claim in the store lives without its owner, and how often the owner repeats it. */

/** A session's claim on its worker. */
export const SESSION_LEASE_MS = 15_000;
/** Three renewals fit into a lease, so two may be lost. */
export const SESSION_RENEW_MS = 5_000;
/** How often a worker repeats its record unless told otherwise. */
export const HEARTBEAT_MS = 2_000;
/** A worker that missed this many beats is gone. */
const BEATS_PER_LEASE = 3;
/** Ended sessions and offline workers stay readable this long. */
export const RECORD_KEEP_MS = 3_600_000;
/** A process that stopped publishing its digest is dropped from the snapshot. */
export const SNAPSHOT_LEASE_MS = 60_000;
/** Entries of the fleet's event stream (approximate in Redis). */
export const EVENTS_KEPT = 10_000;

/** The lease of a worker that beats every `heartbeatMs`. */
export function workerLeaseMs(heartbeatMs: number = HEARTBEAT_MS): number {
  return heartbeatMs * BEATS_PER_LEASE;
}

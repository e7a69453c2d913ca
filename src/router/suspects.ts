/**
 * Workers that others had trouble with a moment ago (pure). A worker that cannot be dialled looks the best of all: it
 * is ready and all its slots are free. Without a memory of the failure each new session would try it first.
 */

/** Worker id → monotonic ms until which it is asked last. */
export type Suspects = ReadonlyMap<string, number>;

/** How long trouble is remembered: longer than a dead worker's lease, so that none is tried twice before it is gone. */
export const SUSPECT_MS = 10_000;

/** `suspects` without those whose time is over, and with `workers` from now on. */
export function withSuspects(suspects: Suspects, workers: Iterable<string>, nowMs: number): Suspects {
  const next = new Map([...suspects].filter(([, untilMs]) => untilMs > nowMs));
  for (const id of workers) next.set(id, nowMs + SUSPECT_MS);
  return next;
}

/** What operators wish, in memory; step for step what the scripts of the same names do. */
import type { SessionId, WorkerId } from '../base/ids.ts';
import { workerDigestField } from './keys.ts';
import { findSession, findWorker, leaseRuns, type MemoryStore, recount } from './memory-store.ts';
import type { FleetControl, WorkerWish } from './ports.ts';

/** The control port over `store`. */
export function createMemoryControl(store: MemoryStore): FleetControl {
  return {
    wishWorker: (id, wish) => Promise.resolve(wishWorker(store, id, wish)),
    endSession: (id, reason) => Promise.resolve(endSession(store, id, reason)),
    forgetWorker: (id) => Promise.resolve(forgetWorker(store, id)),
  };
}

function wishWorker(store: MemoryStore, id: WorkerId, wish: WorkerWish): 'asked' | 'unknown' | 'offline' {
  const worker = findWorker(store, id);
  if (!worker) return 'unknown';
  if (wish !== 'none' && worker.status === 'offline') return 'offline';
  const wishedMs = Math.max(store.clock.date().getTime(), worker.wished.wishedMs + 1);
  worker.wished = { wish, wishedMs };
  recount(store, id);
  return 'asked';
}

function endSession(
  store: MemoryStore,
  id: SessionId,
  reason: string,
): 'asked' | 'unknown' | 'already-ended' {
  const session = findSession(store, id);
  if (!session) return 'unknown';
  if (session.view.status !== 'active') return 'already-ended';
  session.view = { endRequested: reason, ...session.view };
  return 'asked';
}

function forgetWorker(store: MemoryStore, id: WorkerId): 'forgotten' | 'alive' | 'unknown' {
  const worker = findWorker(store, id);
  if (!worker) return 'unknown';
  if (worker.status !== 'offline' && leaseRuns(store, store.workerLeases, id)) return 'alive';
  store.workers.delete(id);
  store.members.delete(id);
  store.workerLeases.delete(id);
  store.snapshot.delete(workerDigestField(id));
  store.snapshotLeases.delete(workerDigestField(id));
  return 'forgotten';
}

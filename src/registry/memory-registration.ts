/** A worker's side of the in-memory store; step for step what the scripts of the same names do. */
import {
  emit,
  findWorker,
  leaseRuns,
  type MemoryStore,
  type MemoryWorker,
  recount,
  retire,
} from './memory-store.ts';
import type { WorkerInfo, WorkerRegistration } from './ports.ts';

/** The registration port over `store`. */
export function createMemoryRegistration(store: MemoryStore): WorkerRegistration {
  return {
    async register(worker, leaseMs) {
      const held = findWorker(store, worker.id);
      const isSame = held !== undefined && isSameProcess(held.info, worker);
      if (held && held.status !== 'offline' && !isSame) {
        if (leaseRuns(store, store.workerLeases, worker.id)) return 'taken';
        emit(store, { type: 'worker.offline', workerId: worker.id, reason: 'lease_expired' });
      }
      const wasServing = held?.status === 'ready' || held?.status === 'busy';
      write(store, { info: worker, leaseMs, status: 'ready' });
      if (!isSame || !wasServing) emit(store, { type: 'worker.ready', workerId: worker.id });
      return 'registered';
    },
    async beat(worker, leaseMs) {
      const held = findWorker(store, worker.id);
      if (!held || held.status === 'offline' || !isSameProcess(held.info, worker)) return 'unknown';
      write(store, { info: worker, leaseMs, status: held.status });
      return 'ok';
    },
    async drain(id) {
      const held = findWorker(store, id);
      if (held?.status !== 'ready' && held?.status !== 'busy') return;
      held.status = 'draining';
      emit(store, { type: 'worker.draining', workerId: id });
    },
    async deregister(id) {
      const held = findWorker(store, id);
      store.members.delete(id);
      if (!held || held.status === 'offline') return;
      retire(store, id);
      emit(store, { type: 'worker.offline', workerId: id, reason: 'deregistered' });
    },
  };
}

interface Claim {
  readonly info: WorkerInfo;
  readonly leaseMs: number;
  readonly status: MemoryWorker['status'];
}

function write(store: MemoryStore, { info, leaseMs, status }: Claim): void {
  store.workers.set(info.id, {
    info,
    status,
    lastHeartbeat: store.clock.date().toISOString(),
    expiresAtMs: undefined,
  });
  store.members.add(info.id);
  store.workerLeases.set(info.id, store.clock.nowMs() + leaseMs);
  recount(store, info.id);
}

function isSameProcess(a: WorkerInfo, b: WorkerInfo): boolean {
  return a.host === b.host && a.pid === b.pid && a.startedAt === b.startedAt;
}

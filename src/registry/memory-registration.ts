/** A worker's side of the in-memory store; step for step what the scripts of the same names do. */
import type { WorkerId } from '../base/ids.ts';
import {
  emit,
  findWorker,
  leaseRuns,
  type MemoryStore,
  type MemoryWorker,
  recount,
  retire,
} from './memory-store.ts';
import type { WorkerHolder, WorkerInfo, WorkerRegistration, WorkerWish } from './ports.ts';

/** The registration port over `store`. */
export function createMemoryRegistration(store: MemoryStore): WorkerRegistration {
  return {
    register: (worker, leaseMs) => Promise.resolve(register(store, worker, leaseMs)),
    beat: (worker, leaseMs) => Promise.resolve(beat(store, worker, leaseMs)),
    drain(id) {
      drain(store, id);
      return Promise.resolve();
    },
    deregister(id) {
      deregister(store, id);
      return Promise.resolve();
    },
  };
}

function register(store: MemoryStore, info: WorkerInfo, leaseMs: number): 'registered' | WorkerHolder {
  const held = findWorker(store, info.id);
  const isSame = held !== undefined && isSameProcess(held.info, info);
  if (held && held.status !== 'offline' && !isSame) {
    const { host, pid } = held.info;
    if (leaseRuns(store, store.workerLeases, info.id)) return { host, pid };
    emit(store, { type: 'worker.offline', workerId: info.id, reason: 'lease_expired' });
  }
  const wasServing = held?.status === 'ready' || held?.status === 'busy';
  // A wish to drain was meant for the process that is gone; a cordon stays with the id.
  const isKept = isSame || held?.wish !== 'drain';
  write(store, { info, leaseMs, status: 'ready', ...wishOf(isKept ? held : undefined) });
  if (!isSame || !wasServing) emit(store, { type: 'worker.ready', workerId: info.id });
  return 'registered';
}

function beat(store: MemoryStore, info: WorkerInfo, leaseMs: number): WorkerWish | 'unknown' {
  const held = findWorker(store, info.id);
  if (!held || held.status === 'offline' || !isSameProcess(held.info, info)) return 'unknown';
  write(store, { info, leaseMs, status: held.status, ...wishOf(held) });
  return held.wish;
}

function wishOf(held: MemoryWorker | undefined): Pick<MemoryWorker, 'wish' | 'wishedAt'> {
  return { wish: held?.wish ?? 'none', wishedAt: held?.wishedAt };
}

function drain(store: MemoryStore, id: WorkerId): void {
  const held = findWorker(store, id);
  if (held?.status !== 'ready' && held?.status !== 'busy') return;
  held.status = 'draining';
  emit(store, { type: 'worker.draining', workerId: id });
}

function deregister(store: MemoryStore, id: WorkerId): void {
  const held = findWorker(store, id);
  store.members.delete(id);
  if (!held || held.status === 'offline') return;
  retire(store, id);
  emit(store, { type: 'worker.offline', workerId: id, reason: 'deregistered' });
}

interface Claim extends Pick<MemoryWorker, 'info' | 'status' | 'wish' | 'wishedAt'> {
  readonly leaseMs: number;
}

function write(store: MemoryStore, { info, leaseMs, ...rest }: Claim): void {
  store.workers.set(info.id, {
    info,
    ...rest,
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

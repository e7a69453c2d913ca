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
import type { HeardWish, WorkerHolder, WorkerInfo, WorkerRegistration, WorkerStanding } from './ports.ts';
import { NO_WISH, SERVING } from './worker-standing.ts';

/** The registration port over `store`. */
export function createMemoryRegistration(store: MemoryStore): WorkerRegistration {
  return {
    register: (info, leaseMs, standing = SERVING) =>
      Promise.resolve(register(store, { info, leaseMs, standing })),
    beat: (info, leaseMs, standing = SERVING) => Promise.resolve(beat(store, { info, leaseMs, standing })),
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

interface Said {
  readonly info: WorkerInfo;
  readonly leaseMs: number;
  readonly standing: WorkerStanding;
}

function register(
  store: MemoryStore,
  { info, leaseMs, standing: { isDraining, heard } }: Said,
): 'registered' | WorkerHolder {
  const held = findWorker(store, info.id);
  const isSame = held !== undefined && isSameProcess(held.info, info);
  if (held && held.status !== 'offline' && !isSame) {
    const { host, pid } = held.info;
    if (leaseRuns(store, store.workerLeases, info.id)) return { host, pid };
    emit(store, { type: 'worker.offline', workerId: info.id, reason: 'lease_expired' });
  }
  const wasServing = held?.status === 'ready' || held?.status === 'busy';
  // A wish to drain was meant for the process that is gone; a cordon stays with the id.
  const stood = isSame || held?.wished.wish !== 'drain' ? held?.wished : undefined;
  const status = isDraining ? 'draining' : 'ready';
  write(store, { info, leaseMs, status, wished: later(stood ?? NO_WISH, heard) });
  if (isDraining) {
    if (held?.status !== 'draining') emit(store, { type: 'worker.draining', workerId: info.id });
  } else if (!isSame || !wasServing) emit(store, { type: 'worker.ready', workerId: info.id });
  return 'registered';
}

function beat(
  store: MemoryStore,
  { info, leaseMs, standing: { isDraining, heard } }: Said,
): HeardWish | 'unknown' {
  const held = findWorker(store, info.id);
  if (!held || held.status === 'offline' || !isSameProcess(held.info, info)) return 'unknown';
  const wished = later(held.wished, heard);
  write(store, { info, leaseMs, status: isDraining ? 'draining' : held.status, wished });
  if (isDraining && held.status !== 'draining') emit(store, { type: 'worker.draining', workerId: info.id });
  return wished;
}

/** What stands there, unless the worker heard of a later one. */
function later(held: HeardWish, heard: HeardWish): HeardWish {
  return heard.wishedMs > held.wishedMs ? heard : held;
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

interface Claim extends Pick<MemoryWorker, 'info' | 'status' | 'wished'> {
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

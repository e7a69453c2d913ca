/**
 * The state behind the in-memory registry and the steps its ports share; the mirror of
 * scripts/include. One process, one thread: each step runs to its end, so nothing needs a lock.
 *
 * Always true: a session is in at most one worker's set; counters and ready/busy are derived from the sets;
 * leases and expiry compare the injected monotonic clock, dates only label records.
 */
import type { Clock } from '../base/clock.ts';
import { EVENTS_KEPT, RECORD_KEEP_MS } from './leases.ts';
import type { FleetEvent, HeardWish, SessionView, WorkerInfo, WorkerStatus, WorkerView } from './ports.ts';
import { normalSlots } from './slots.ts';

export interface MemoryWorker {
  info: WorkerInfo;
  status: WorkerStatus;
  wished: HeardWish;
  lastHeartbeat: string;
  /** Monotonic; undefined while in service. */
  expiresAtMs: number | undefined;
}

export interface MemorySession {
  view: SessionView;
  /** Monotonic; undefined while active. */
  expiresAtMs: number | undefined;
}

export interface MemoryStore {
  readonly clock: Clock;
  /** Ids the fleet lists; a deregistered worker's record outlives its membership. */
  readonly members: Set<string>;
  readonly workers: Map<string, MemoryWorker>;
  readonly sessionsOf: Map<string, Set<string>>;
  readonly sessions: Map<string, MemorySession>;
  /** Monotonic ends of leases, by id. */
  readonly workerLeases: Map<string, number>;
  readonly sessionLeases: Map<string, number>;
  readonly snapshotLeases: Map<string, number>;
  readonly snapshot: Map<string, string>;
  readonly events: FleetEvent[];
  /** How many events were dropped from the front. */
  eventsDropped: number;
  /** Called after each event; for `watch`. */
  readonly listeners: Set<() => void>;
}

/** An empty store. */
export function createMemoryStore(clock: Clock): MemoryStore {
  return {
    clock,
    members: new Set(),
    workers: new Map(),
    sessionsOf: new Map(),
    sessions: new Map(),
    workerLeases: new Map(),
    sessionLeases: new Map(),
    snapshotLeases: new Map(),
    snapshot: new Map(),
    events: [],
    eventsDropped: 0,
    listeners: new Set(),
  };
}

/** The worker's record unless it has expired. */
export function findWorker(store: MemoryStore, id: string): MemoryWorker | undefined {
  return unexpired(store, store.workers, id);
}

/** The session's record unless it has expired. */
export function findSession(store: MemoryStore, id: string): MemorySession | undefined {
  return unexpired(store, store.sessions, id);
}

function unexpired<T extends { readonly expiresAtMs: number | undefined }>(
  store: MemoryStore,
  records: Map<string, T>,
  id: string,
): T | undefined {
  const record = records.get(id);
  if (record?.expiresAtMs === undefined || record.expiresAtMs > store.clock.nowMs()) return record;
  records.delete(id);
  return undefined;
}

/** True while a lease in `leases` runs. */
export function leaseRuns(store: MemoryStore, leases: ReadonlyMap<string, number>, id: string): boolean {
  return (leases.get(id) ?? 0) > store.clock.nowMs();
}

/** Ids whose lease has ended. */
export function expired(store: MemoryStore, leases: ReadonlyMap<string, number>): readonly string[] {
  return [...leases.keys()].filter((id) => !leaseRuns(store, leases, id));
}

/** The worker's session set, created when absent. */
export function sessionSet(store: MemoryStore, worker: string): Set<string> {
  const set = store.sessionsOf.get(worker) ?? new Set();
  store.sessionsOf.set(worker, set);
  return set;
}

/** Derives ready or busy from the set and the wish; draining and offline are sticky. */
export function recount(store: MemoryStore, id: string): void {
  const worker = findWorker(store, id);
  if (worker?.status !== 'ready' && worker?.status !== 'busy') return;
  const isFull = sessionSet(store, id).size >= normalSlots(worker.info.capacity);
  worker.status = isFull || worker.wished.wish !== 'none' ? 'busy' : 'ready';
}

/** Takes a session out of a worker's set. */
export function leave(store: MemoryStore, worker: string, session: string): void {
  sessionSet(store, worker).delete(session);
  recount(store, worker);
}

/** Takes a worker out of service; its session set stays for the owners. */
export function retire(store: MemoryStore, id: string): void {
  const worker = findWorker(store, id);
  if (!worker) return;
  worker.status = 'offline';
  worker.expiresAtMs = store.clock.nowMs() + RECORD_KEEP_MS;
  store.workerLeases.delete(id);
}

/** Ends an active session and frees its slot. */
export function closeSession(
  store: MemoryStore,
  session: MemorySession,
  end: { readonly outcome: 'ended' | 'error'; readonly reason: string },
): FleetEvent {
  const { id, workerId, gatewayId } = session.view;
  const endedAt = store.clock.date().toISOString();
  session.view = { ...session.view, status: end.outcome, endedAt, endReason: end.reason };
  session.expiresAtMs = store.clock.nowMs() + RECORD_KEEP_MS;
  store.sessionLeases.delete(id);
  leave(store, workerId, id);
  return emit(store, {
    type: `session.${end.outcome}`,
    workerId,
    sessionId: id,
    gatewayId,
    reason: end.reason,
  });
}

/** Appends an event and wakes those who watch. Empty fields are left out, as in the stream. */
export function emit(store: MemoryStore, event: Omit<FleetEvent, 'at'>): FleetEvent {
  const { type, workerId, sessionId, gatewayId, reason } = event;
  const stamped: FleetEvent = {
    type,
    at: store.clock.date().toISOString(),
    ...(workerId ? { workerId } : {}),
    ...(sessionId ? { sessionId } : {}),
    ...(gatewayId ? { gatewayId } : {}),
    ...(reason ? { reason } : {}),
  };
  store.events.push(stamped);
  if (store.events.length > EVENTS_KEPT) {
    store.events.shift();
    store.eventsDropped += 1;
  }
  for (const listener of store.listeners) listener();
  return stamped;
}

/** A worker as readers see it. */
export function viewWorker(store: MemoryStore, worker: MemoryWorker): WorkerView {
  const { wished } = worker;
  return {
    ...worker.info,
    status: worker.status,
    wish: wished.wish,
    ...(wished.wish === 'none' ? {} : { wishedAt: new Date(wished.wishedMs).toISOString() }),
    activeSessions: store.sessionsOf.get(worker.info.id)?.size ?? 0,
    lastHeartbeat: worker.lastHeartbeat,
  };
}

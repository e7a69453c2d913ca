/** Who holds what, in memory; step for step what the scripts of the same names do. */
import {
  closeSession,
  emit,
  expired,
  findSession,
  findWorker,
  leaseRuns,
  leave,
  type MemorySession,
  type MemoryStore,
  recount,
  retire,
  sessionSet,
  viewWorker,
} from './memory-store.ts';
import type {
  FleetEvent,
  SessionInfo,
  SessionLedger,
  SessionProgress,
  SessionView,
  SlotClaim,
  WorkerView,
} from './ports.ts';
import { type RenewalOutcome, renewalOf } from './renewal.ts';
import { normalSlots } from './slots.ts';
import type { GatewayId, WorkerId } from '../base/ids.ts';

type Claim = Parameters<SessionLedger['renew']>[1][number];

/** The ledger port over `store`. */
export function createMemoryLedger(store: MemoryStore): SessionLedger {
  return {
    workers: () => Promise.resolve(liveWorkers(store)),
    reserve: (worker, session, claim) => Promise.resolve(reserve(store, { worker, session, ...claim })),
    renew(gateway, sessions, leaseMs) {
      const outcomes = sessions.map((session) => renewOne(store, { gateway, session, leaseMs }));
      return Promise.resolve(renewalOf(sessions, outcomes));
    },
    release: (progress, outcome, reason) => Promise.resolve(release(store, progress, { outcome, reason })),
    sweep() {
      const events = [...sweepWorkers(store), ...sweepSessions(store)];
      dropExpired(store);
      return Promise.resolve(events);
    },
    note(event) {
      emit(store, event);
      return Promise.resolve();
    },
  };
}

function liveWorkers(store: MemoryStore): readonly WorkerView[] {
  return [...store.workerLeases.keys()]
    .filter((id) => leaseRuns(store, store.workerLeases, id))
    .flatMap((id) => findWorker(store, id) ?? [])
    .filter((worker) => worker.status !== 'offline')
    .map((worker) => viewWorker(store, worker));
}

function release(
  store: MemoryStore,
  { id, epoch, audioDuration, committed }: SessionProgress,
  end: { readonly outcome: 'ended' | 'error'; readonly reason: string },
): 'released' | 'already-released' | 'fenced' {
  const held = findSession(store, id);
  if (held && held.view.epoch > epoch) return 'fenced';
  if (held?.view.status !== 'active') return 'already-released';
  held.view = { ...held.view, epoch, audioDuration, committed };
  closeSession(store, held, end);
  return 'released';
}

interface Reservation extends SlotClaim {
  readonly worker: WorkerId;
  readonly session: SessionInfo;
}

function reserve(
  store: MemoryStore,
  { worker, session, leaseMs, priority = 'normal' }: Reservation,
): 'reserved' | 'full' | 'gone' | 'fenced' {
  const held = findSession(store, session.id);
  if (held && held.view.epoch > session.epoch) return 'fenced';
  const target = findWorker(store, worker);
  const isServing = target?.status === 'ready' || target?.status === 'busy';
  if (
    !target ||
    !isServing ||
    target.wished.wish === 'drain' ||
    !leaseRuns(store, store.workerLeases, worker)
  )
    return 'gone';
  const holders = sessionSet(store, worker);
  const { capacity } = target.info;
  const open = priority === 'replay' ? capacity : normalSlots(capacity);
  const slots = target.wished.wish === 'cordon' ? 0 : open;
  if (!holders.has(session.id) && holders.size >= slots) return 'full';

  const wasActive = held?.view.status === 'active';
  const from = held && held.view.workerId !== worker ? held.view.workerId : undefined;
  if (from !== undefined) leave(store, from, session.id);
  const failovers = (held?.view.failovers ?? 0) + (wasActive && from !== undefined ? 1 : 0);
  occupy(store, { worker, leaseMs, view: opened(store, held, { ...session, workerId: worker, failovers }) });

  const about = { workerId: worker, sessionId: session.id, gatewayId: session.gatewayId };
  if (!wasActive) emit(store, { type: 'session.started', ...about });
  else if (from !== undefined) emit(store, { type: 'failover', ...about, reason: `from ${from}` });
  return 'reserved';
}

/** The active record of a session: what is held of it under what its owner says now. */
function opened(
  store: MemoryStore,
  held: MemorySession | undefined,
  claim: SessionInfo & Pick<SessionView, 'workerId' | 'failovers'>,
): SessionView {
  const {
    endedAt: _,
    endReason: __,
    ...kept
  } = held?.view ?? {
    startedAt: store.clock.date().toISOString(),
    audioDuration: 0,
    committed: 0,
  };
  return { ...kept, ...claim, status: 'active' };
}

function occupy(
  store: MemoryStore,
  {
    worker,
    leaseMs,
    view,
  }: { readonly worker: WorkerId; readonly leaseMs: number; readonly view: SessionView },
): void {
  store.sessions.set(view.id, { view, expiresAtMs: undefined });
  store.sessionLeases.set(view.id, store.clock.nowMs() + leaseMs);
  sessionSet(store, worker).add(view.id);
  recount(store, worker);
}

interface OneRenewal {
  readonly gateway: GatewayId;
  readonly session: Claim;
  readonly leaseMs: number;
}

function renewOne(store: MemoryStore, { gateway, session, leaseMs }: OneRenewal): RenewalOutcome {
  const held = findSession(store, session.id);
  const wasSwept = held?.view.status === 'error' && held.view.endReason === 'lease_expired';
  if (held && held.view.epoch > session.epoch) return 'lost';
  if (held && held.view.status !== 'active' && !wasSwept) return 'lost';

  const { workerId, epoch, audioDuration, committed, info } = session;
  if (held && held.view.workerId !== workerId) leave(store, held.view.workerId, session.id);
  const failovers = held?.view.failovers ?? 0;
  const claim = { ...info, id: session.id, epoch, gatewayId: gateway, workerId, failovers };
  const view = { ...opened(store, held, claim), audioDuration, committed };
  occupy(store, { worker: workerId, leaseMs, view });
  if (wasSwept) {
    const about = { workerId, sessionId: session.id, gatewayId: gateway };
    emit(store, { type: 'session.started', ...about, reason: 'owner_returned' });
  }
  return view.endRequested === undefined ? 'renewed' : ['unwanted', view.endRequested];
}

function sweepWorkers(store: MemoryStore): readonly FleetEvent[] {
  for (const id of store.members) if (!findWorker(store, id)) store.members.delete(id);
  return expired(store, store.workerLeases).map((id) => {
    retire(store, id);
    return emit(store, { type: 'worker.offline', workerId: id, reason: 'lease_expired' });
  });
}

function sweepSessions(store: MemoryStore): readonly FleetEvent[] {
  return expired(store, store.sessionLeases).flatMap((id) => {
    store.sessionLeases.delete(id);
    const held = findSession(store, id);
    return held ? closeSession(store, held, { outcome: 'error', reason: 'lease_expired' }) : [];
  });
}

/** Digests of processes that fell silent, and records nobody would read again. */
function dropExpired(store: MemoryStore): void {
  for (const field of expired(store, store.snapshotLeases)) {
    store.snapshotLeases.delete(field);
    store.snapshot.delete(field);
  }
  for (const id of [...store.sessions.keys()]) findSession(store, id);
  for (const id of [...store.workers.keys()]) if (!findWorker(store, id)) store.sessionsOf.delete(id);
}

/**
 * Who is alive, who holds what, and what operators wish: narrow ports. Every implementation passes the contract
 * suite in test/contract/registry-contract.ts (docs/keyspace.md, rules REG-n).
 *
 * Membership sets are the truth and counters are derived from them inside the store; time is the
 * store's own clock (Redis TIME), so a caller's clock cannot shorten or stretch a lease.
 */
import type { GatewayId, SessionId, WorkerId } from '../base/ids.ts';

export type WorkerStatus = 'ready' | 'busy' | 'draining' | 'offline';

/** What a worker says of itself; repeated in full with each beat. */
export interface WorkerInfo {
  readonly id: WorkerId;
  /** `ws://host:port`, without the path. */
  readonly endpoint: string;
  readonly capacity: number;
  /** Resolved model names and aliases this worker serves. */
  readonly models: readonly string[];
  readonly protocol: number;
  readonly provider: string;
  readonly engine: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** ISO-8601. */
  readonly startedAt: string;
  readonly gpuMemoryUsed: string;
  readonly gpuMemoryTotal: string;
}

/**
 * What an operator wants of a worker. `cordon`: no slot for sessions it does not hold; `drain`: none at all, and the
 * process leaves once its sessions have moved; `none`: it serves.
 */
export type WorkerWish = 'none' | 'cordon' | 'drain';

/** The wish that a worker obeys. */
export interface HeardWish {
  readonly wish: WorkerWish;
  /** When it was wished, ms of the store's clock; 0: nothing ever was. */
  readonly wishedMs: number;
}

/** What a worker tells of itself beside its record, so that a store that lost it learns it again. */
export interface WorkerStanding {
  readonly isDraining: boolean;
  readonly heard: HeardWish;
}

/** A worker as the store knows it. */
export interface WorkerView extends WorkerInfo {
  readonly status: WorkerStatus;
  readonly wish: WorkerWish;
  /** ISO-8601 by the store's clock; absent without a wish. */
  readonly wishedAt?: string;
  /** Size of the worker's session set. */
  readonly activeSessions: number;
  /** ISO-8601 of the last beat, written by the store. */
  readonly lastHeartbeat: string;
}

export interface SessionInfo {
  readonly id: SessionId;
  readonly gatewayId: GatewayId;
  readonly language: string;
  readonly model: string;
  readonly clientIp: string;
  readonly epoch: number;
  readonly enhanceOnEnd: boolean;
  /** Sums of the tokens that take the session up again, separated by a space. */
  readonly resume?: string;
  readonly room?: string;
  readonly speaker?: string;
}

export type SessionStatus = 'active' | 'ended' | 'error';

export interface SessionView extends SessionInfo {
  readonly workerId: WorkerId;
  readonly status: SessionStatus;
  /** ISO-8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** `completed`, `client_left`, the code of an error, …; absent while it runs. */
  readonly endReason?: string;
  /** Why somebody wants it to end; absent unless asked. */
  readonly endRequested?: string;
  /** Seconds of audio, as last reported by the owner. */
  readonly audioDuration: number;
  /** Committed position in samples at 16 kHz. */
  readonly committed: number;
  readonly failovers: number;
}

/** What a renewal or release adds to the session's record. */
export interface SessionProgress {
  readonly id: SessionId;
  readonly epoch: number;
  readonly audioDuration: number;
  readonly committed: number;
}

/** One entry of `P:events`. `at` is ISO-8601 by the store's clock. */
export interface FleetEvent {
  readonly type:
    | 'worker.ready'
    | 'worker.draining'
    | 'worker.offline'
    | 'session.started'
    | 'session.ended'
    | 'session.error'
    | 'failover'
    | 'reject';
  readonly at: string;
  readonly workerId?: string;
  readonly sessionId?: string;
  readonly gatewayId?: string;
  readonly reason?: string;
}

/** How a slot is claimed. */
export interface SlotClaim {
  readonly leaseMs: number;
  /**
   * `replay`: the session lost its worker and may take the slots kept for such; `normal` (unless said otherwise) not.
   */
  readonly priority?: SlotPriority;
}

export type SlotPriority = 'normal' | 'replay';

/** The live process that holds a worker's id. */
export interface WorkerHolder {
  readonly host: string;
  readonly pid: number;
}

/** For the worker process alone. */
export interface WorkerRegistration {
  /**
   * Creates or re-asserts the record with a lease; status becomes ready or busy, or draining where it stands so.
   * A holder: another live process (other host, pid or startedAt) has the id; nothing was written.
   */
  register(
    worker: WorkerInfo,
    leaseMs: number,
    standing?: WorkerStanding,
  ): Promise<'registered' | WorkerHolder>;
  /**
   * Writes the full record, renews the lease, re-derives `active_sessions` and status, and answers what is wished:
   * the later one of what stands there and what the worker says it heard.
   * `unknown`: the store has no record of this worker (it was swept or the store is new); register again.
   */
  beat(worker: WorkerInfo, leaseMs: number, standing?: WorkerStanding): Promise<HeardWish | 'unknown'>;
  /** Status becomes draining: no new reservation. Idempotent. */
  drain(id: WorkerId): Promise<void>;
  /** Status becomes offline, lease and membership go; its sessions stay until their owners release them. */
  deregister(id: WorkerId): Promise<void>;
}

/** What the owner of sessions is told when it renews them. */
export interface Renewal {
  /** Those whose claim is no longer this owner's (fenced or already ended): it must let them go. */
  readonly lost: readonly SessionId[];
  /** Those of the others that somebody wants to end; told with every renewal until they have. */
  readonly unwanted: readonly UnwantedSession[];
}

export interface UnwantedSession {
  readonly id: SessionId;
  readonly reason: string;
}

/** For gateways and the router. */
export interface SessionLedger {
  /** Live workers (ready, busy or draining), unordered. */
  workers(): Promise<readonly WorkerView[]>;
  /**
   * Claims one slot on `worker` for `session` in one atomic step.
   * `full`: no slot free for this priority, or cordoned. `gone`: unknown, draining or to be drained, offline or expired.
   * `fenced`: the stored session has a higher epoch; nothing was written.
   */
  reserve(
    worker: WorkerId,
    session: SessionInfo,
    claim: SlotClaim,
  ): Promise<'reserved' | 'full' | 'gone' | 'fenced'>;
  /**
   * Renews leases and writes progress, re-creating what a lost write took away.
   */
  renew(
    gateway: GatewayId,
    sessions: readonly (SessionProgress & { readonly workerId: WorkerId; readonly info: SessionInfo })[],
    leaseMs: number,
  ): Promise<Renewal>;
  /** Frees the slot and closes the record. Idempotent: the first outcome wins. */
  release(
    progress: SessionProgress,
    outcome: 'ended' | 'error',
    reason: string,
  ): Promise<'released' | 'already-released' | 'fenced'>;
  /**
   * Marks workers with an expired lease offline and frees sessions with an expired lease.
   * Safe to call from any number of processes at once: each fact produces one event.
   */
  sweep(): Promise<readonly FleetEvent[]>;
  /** Records a refusal in the fleet's events. */
  note(event: Omit<FleetEvent, 'at'>): Promise<void>;
}

/** Read-only; for `rt top`, `rt workers`, `rt sessions` and fleet HTTP. */
export interface FleetView {
  /** All known workers, those offline for less than an hour included. */
  workers(): Promise<readonly WorkerView[]>;
  /** Active sessions. */
  sessions(): Promise<readonly SessionView[]>;
  session(id: SessionId): Promise<SessionView | undefined>;
  /** One field per process (`worker:{id}`, `gateway:{id}`, `router:{id}`): its last digest, as published. */
  snapshot(): Promise<ReadonlyMap<string, string>>;
  /** The newest fleet events, `count` at most, oldest first. */
  events(count: number): Promise<readonly FleetEvent[]>;
  /** Fleet events as they happen, oldest first, from now on (`backlog`: that many older ones first). */
  watch(signal: AbortSignal, backlog?: number): AsyncIterable<FleetEvent>;
}

/** For operators: wishes that stand in the store until their owner, who alone can obey, has heard them. */
export interface FleetControl {
  /**
   * Writes what is wanted of a worker; it hears of it with its next beat, `reserve` obeys at once. The last wish counts.
   * `offline`: nobody would hear; nothing was written. (`none` is taken back from an offline worker too.)
   */
  wishWorker(id: WorkerId, wish: WorkerWish): Promise<'asked' | 'unknown' | 'offline'>;
  /** Asks the owner of a session to end it; it hears of it with its next renewal. The first reason counts. */
  endSession(id: SessionId, reason: string): Promise<'asked' | 'unknown' | 'already-ended'>;
  /**
   * Drops the record, lease and digest of a worker. `alive`: its lease runs; nothing was written.
   * Sessions it holds stay their owners', and a process that lives after all registers again.
   */
  forgetWorker(id: WorkerId): Promise<'forgotten' | 'alive' | 'unknown'>;
}

/** For each process: its own digest in `P:snapshot`. */
export interface SnapshotWriter {
  publish(field: string, json: string): Promise<void>;
  remove(field: string): Promise<void>;
}

/** A store with its connection. `stop` closes the connection; pending calls fail. */
export interface Registry {
  readonly registration: WorkerRegistration;
  readonly ledger: SessionLedger;
  readonly fleet: FleetView;
  readonly control: FleetControl;
  readonly snapshots: SnapshotWriter;
  /** Resolves when the store answers; rejects with redis_unreachable, redis_unsupported (Cluster) or config_invalid. */
  connect(timeoutMs: number): Promise<void>;
  /** Monotonic milliseconds since the store last answered; 0 for the in-memory one. */
  silentForMs(): number;
  /**
   * Monotonic milliseconds since the store last took this process's digest, Infinity before the first; 0 for the
   * in-memory one. A store that is full answers and takes nothing.
   */
  unwrittenForMs(): number;
  stop(): Promise<void>;
}

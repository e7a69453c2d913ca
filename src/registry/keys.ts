/** Every Redis key and channel of the product, from one prefix (docs/keyspace.md). */
import type { SessionId, WorkerId } from '../base/ids.ts';

/** Seed-compatible default of `--prefix`. */
export const DEFAULT_PREFIX = 'dalston:realtime';

export interface Keys {
  readonly workers: string;
  worker(id: WorkerId): string;
  workerSessions(id: WorkerId): string;
  /** What scripts put before a worker id they read from a record. */
  readonly workerBase: string;
  session(id: SessionId): string;
  /** What scripts put before a session id they read from a set. */
  readonly sessionBase: string;
  /** The durable events of a session. */
  journal(id: SessionId): string;
  readonly activeSessions: string;
  readonly workerLeases: string;
  readonly sessionLeases: string;
  readonly snapshotLeases: string;
  readonly events: string;
  readonly snapshot: string;
}

/** The field of `P:snapshot` that holds a worker's digest. */
export function workerDigestField(id: string): string {
  return `worker:${id}`;
}

/** The key names below `prefix`. */
export function createKeys(prefix: string = DEFAULT_PREFIX): Keys {
  const workerBase = `${prefix}:worker:`;
  const sessionBase = `${prefix}:session:`;
  return {
    workers: `${prefix}:workers`,
    worker: (id) => workerBase + id,
    workerSessions: (id) => `${workerBase}${id}:sessions`,
    workerBase,
    session: (id) => sessionBase + id,
    sessionBase,
    journal: (id) => `${sessionBase}${id}:events`,
    activeSessions: `${prefix}:sessions:active`,
    workerLeases: `${prefix}:leases:workers`,
    sessionLeases: `${prefix}:leases:sessions`,
    snapshotLeases: `${prefix}:leases:snapshot`,
    events: `${prefix}:events`,
    snapshot: `${prefix}:snapshot`,
  };
}

/** Which worker to ask first (pure). */
import { createHash } from 'node:crypto';
import type { WorkerView } from '../registry/ports.ts';

export interface RankRequest {
  readonly sessionId: string;
  /** Resolved name or alias. */
  readonly model: string;
  /** Major of the worker link. */
  readonly protocol: number;
  /** Workers whose dial failed or that just lost this session. */
  readonly exclude: ReadonlySet<string>;
  /** Workers that failed for others a moment ago: asked when all others said no. */
  readonly suspects?: { has(id: string): boolean };
}

/**
 * The eligible workers, best first: trusted before suspect, ready before busy, then most free slots, then by a hash
 * of worker and session, so that gateways that decide at the same moment do not all pick the same one.
 * Busy ones stay in the list: the view may be older than a release.
 */
export function rank(workers: readonly WorkerView[], request: RankRequest): readonly WorkerView[] {
  const isSuspect = ({ id }: WorkerView): boolean => request.suspects?.has(id) ?? false;
  return workers
    .filter((worker) => isEligible(worker, request))
    .map((worker) => ({ worker, tie: spread(worker.id, request.sessionId) }))
    .sort(
      (a, b) =>
        Number(isSuspect(a.worker)) - Number(isSuspect(b.worker)) ||
        Number(a.worker.status === 'busy') - Number(b.worker.status === 'busy') ||
        freeSlots(b.worker) - freeSlots(a.worker) ||
        a.tie - b.tie,
    )
    .map(({ worker }) => worker);
}

function isEligible(worker: WorkerView, { model, protocol, exclude }: RankRequest): boolean {
  return (
    (worker.status === 'ready' || worker.status === 'busy') &&
    worker.protocol === protocol &&
    worker.models.includes(model) &&
    !exclude.has(worker.id)
  );
}

function freeSlots(worker: WorkerView): number {
  return worker.capacity - worker.activeSessions;
}

function spread(workerId: string, sessionId: string): number {
  return createHash('sha1').update(`${workerId}\0${sessionId}`).digest().readUInt32BE();
}

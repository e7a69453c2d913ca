/**
 * Finds a worker for a session. Policy only: the order comes from `rank`, and the claim itself is
 * one atomic step of the ledger, so any number of gateways may run this at once without a leader.
 *
 * Always true: `allocated` means exactly one slot is held. Every other end holds none, except that a
 * claim whose answer was lost with the store may be held until its lease ends.
 */
import { type Clock, systemClock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import type { SessionId, WorkerId } from '../base/ids.ts';
import { SESSION_LEASE_MS } from '../registry/leases.ts';
import type { SessionInfo, SessionLedger, SlotClaim, SlotPriority, WorkerView } from '../registry/ports.ts';
import { rank } from './rank.ts';
import { type Suspects, withSuspects } from './suspects.ts';

/** Names that mean "whatever the fleet offers for this purpose"; known even while nobody serves them. */
export const MODEL_ALIASES: readonly string[] = ['fast', 'accurate'];

/** Advice to a refused client: enough spread that refused clients do not return together. */
const RETRY_AFTER_MS = { min: 1000, max: 3000 };

export interface AcquireRequest {
  /** `model` is the name or alias asked for. */
  readonly session: SessionInfo;
  readonly protocol: number;
  /**
   * Workers this session had trouble with: not reached, lost, or refused by them. Never asked for this session, and
   * asked last for others for some seconds.
   */
  readonly exclude?: ReadonlySet<string>;
  /** `replay`: the session lost its worker, and may take the slots kept for such. */
  readonly priority?: SlotPriority;
}

export type Allocation =
  | {
      readonly type: 'allocated';
      readonly sessionId: SessionId;
      readonly workerId: WorkerId;
      readonly endpoint: string;
      readonly model: string;
    }
  | { readonly type: 'no-capacity'; readonly retryAfterMs: number }
  /** No worker this router has seen serves the name, and it is no alias. */
  | { readonly type: 'unknown-model' };

export interface Router {
  /**
   * Claims a slot.
   * @throws RtError superseded when a higher epoch owns the session, registry_unavailable when the
   * store does not answer; the signal's reason when aborted.
   */
  acquire(request: AcquireRequest, signal: AbortSignal): Promise<Allocation>;
}

export interface RouterOptions {
  readonly ledger: Pick<SessionLedger, 'workers' | 'reserve' | 'release'>;
  readonly leaseMs?: number;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/**
 * A router. It remembers the model names it has seen, so that a lost worker is not an unknown model, and which workers
 * failed a moment ago.
 */
export function createRouter({
  ledger,
  leaseMs = SESSION_LEASE_MS,
  clock = systemClock,
  random = Math.random,
}: RouterOptions): Router {
  const seenModels = new Set(MODEL_ALIASES);
  let suspects: Suspects = new Map();

  async function candidates(request: AcquireRequest): Promise<readonly WorkerView[] | 'unknown-model'> {
    const workers = await ledger.workers();
    for (const worker of workers) for (const model of worker.models) seenModels.add(model);
    const { id, model } = request.session;
    // An empty fleet proves nothing about names.
    if (workers.length > 0 && !seenModels.has(model)) return 'unknown-model';
    const exclude = request.exclude ?? new Set();
    suspects = withSuspects(suspects, exclude, clock.nowMs());
    return rank(workers, { sessionId: id, model, protocol: request.protocol, exclude, suspects });
  }

  /** The first candidate that grants a slot. */
  async function claim(
    workers: readonly WorkerView[],
    { session, priority = 'normal' }: AcquireRequest,
    signal: AbortSignal,
  ): Promise<WorkerView | undefined> {
    const slot: SlotClaim = { leaseMs, priority };
    for (const worker of workers) {
      signal.throwIfAborted();
      const outcome = await ledger.reserve(worker.id, session, slot);
      if (outcome === 'fenced') {
        throw new RtError('superseded', `session ${session.id} belongs to a newer owner`);
      }
      if (outcome === 'reserved') return worker;
    }
    return undefined;
  }

  return {
    async acquire(request, signal) {
      const { session } = request;
      // The second look is for slots that moved while the first list was being tried.
      for (let look = 0; look < 2; look += 1) {
        signal.throwIfAborted();
        const workers = await candidates(request);
        if (workers === 'unknown-model') return { type: 'unknown-model' };
        const worker = await claim(workers, request, signal);
        if (worker && signal.aborted) await giveBack(ledger, session);
        signal.throwIfAborted();
        if (worker) return allocated(session, worker);
        if (workers.length === 0) break;
      }
      const { min, max } = RETRY_AFTER_MS;
      return { type: 'no-capacity', retryAfterMs: Math.round(min + random() * (max - min)) };
    },
  };
}

function allocated(session: SessionInfo, worker: WorkerView): Allocation {
  const { id: workerId, endpoint } = worker;
  return { type: 'allocated', sessionId: session.id, workerId, endpoint, model: session.model };
}

/** Nobody waits for this slot any more; if the store does not hear it, the lease ends it. */
async function giveBack(ledger: RouterOptions['ledger'], { id, epoch }: SessionInfo): Promise<void> {
  const progress = { id, epoch, audioDuration: 0, committed: 0 };
  await ledger.release(progress, 'ended', 'abandoned').catch(() => {});
}

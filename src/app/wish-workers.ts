/** Tells workers through the registry what an operator wants of them. */
import { RtError } from '../base/errors.ts';
import type { FleetControl, WorkerView, WorkerWish } from '../registry/ports.ts';
import { slotsInService } from '../registry/slots.ts';

/**
 * `asked`: the wish stands in the registry. `unchanged`: it stood there already, or the worker does as much without it.
 * `too_late`: it drains, and is not called back. `offline`: there is nobody to ask. `would_ask`: of a dry run.
 */
export type WishOutcome = 'asked' | 'unchanged' | 'too_late' | 'offline' | 'would_ask';

export interface Wish {
  readonly wish: WorkerWish;
  readonly isDryRun: boolean;
}

export interface Asked {
  /** As it was before. */
  readonly worker: WorkerView;
  readonly outcome: WishOutcome;
}

/** What comes of a wish for each of `workers`, in their order. @throws RtError not_found, registry_unavailable */
export async function wishWorkers(
  control: Pick<FleetControl, 'wishWorker'>,
  workers: readonly WorkerView[],
  { wish, isDryRun }: Wish,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const worker of workers) {
    const expected = outcomeOf(worker, wish);
    const isSettled = expected !== 'asked' || isDryRun;
    const outcome = isSettled ? expected : await ask(control, worker, wish);
    asked.push({ worker, outcome: isDryRun && outcome === 'asked' ? 'would_ask' : outcome });
  }
  return asked;
}

/** What a wish comes to, as far as the record tells. Pure. */
export function outcomeOf(
  { status, wish: standing }: Pick<WorkerView, 'status' | 'wish'>,
  wish: WorkerWish,
): Exclude<WishOutcome, 'would_ask'> {
  if (wish === standing) return status === 'draining' && wish === 'none' ? 'too_late' : 'unchanged';
  if (wish === 'none') return status === 'draining' ? 'too_late' : 'asked';
  if (status === 'offline') return 'offline';
  // A worker that drains takes no session anyway.
  return status === 'draining' || standing === 'drain' ? 'unchanged' : 'asked';
}

async function ask(
  control: Pick<FleetControl, 'wishWorker'>,
  { id }: WorkerView,
  wish: WorkerWish,
): Promise<'asked' | 'offline'> {
  const answer = await control.wishWorker(id, wish);
  if (answer !== 'unknown') return answer;
  throw new RtError('not_found', `Worker ${id} is not known any more`, {
    hint: 'List what there is with: rt workers list',
  });
}

/** The result of a command, for programs. */
export interface WishDocument {
  readonly schema: 'rt.workers-wish/v1';
  readonly wish: WorkerWish;
  readonly dry_run: boolean;
  readonly workers: readonly {
    readonly id: string;
    readonly outcome: WishOutcome;
    /** What stood before. */
    readonly wish_before: WorkerWish;
    readonly active_sessions: number;
  }[];
}

export function wishDocument(wish: WorkerWish, asked: readonly Asked[], isDryRun: boolean): WishDocument {
  return {
    schema: 'rt.workers-wish/v1',
    wish,
    dry_run: isDryRun,
    workers: asked.map(({ worker, outcome }) => ({
      id: worker.id,
      outcome,
      wish_before: worker.wish,
      active_sessions: worker.activeSessions,
    })),
  };
}

/** Sessions of `leaving` beyond the slots that are free on all other workers. Pure. */
export function sessionsWithoutRoom(all: readonly WorkerView[], leaving: readonly WorkerView[]): number {
  const ids = new Set<string>(leaving.map(({ id }) => id));
  const free = all
    .filter(({ id }) => !ids.has(id))
    .reduce((sum, worker) => sum + Math.max(0, slotsInService(worker) - worker.activeSessions), 0);
  const moving = leaving.reduce((sum, { activeSessions }) => sum + activeSessions, 0);
  return Math.max(0, moving - free);
}

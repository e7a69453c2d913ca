/** Forgets workers, those that live once they have drained. */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import type { Registry, WorkerView } from '../registry/ports.ts';
import { awaitDeparture } from './await-departure.ts';
import { wishWorkers } from './wish-workers.ts';

export interface Removed {
  /** As it was before. */
  readonly worker: WorkerView;
  readonly outcome: 'removed' | 'would_remove';
}

export interface RemoveOptions {
  readonly registry: Pick<Registry, 'fleet' | 'control'>;
  readonly workers: readonly WorkerView[];
  /** Undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (worker: WorkerView) => void;
}

/** @throws RtError timeout, worker_id_taken (one came back meanwhile), registry_unavailable, or the signal's reason */
export async function removeWorkers(options: RemoveOptions): Promise<readonly Removed[]> {
  const { fleet, control } = options.registry;
  const living = options.workers.filter(({ status }) => status !== 'offline');
  await wishWorkers(control, living, { wish: 'drain', isDryRun: false });
  await awaitDeparture({ ...options, fleet, workers: living });
  const removed: Removed[] = [];
  for (const worker of options.workers) {
    // One that expired in the meantime is forgotten as well.
    if ((await control.forgetWorker(worker.id)) === 'alive') throw cameBack(worker);
    removed.push({ worker, outcome: 'removed' });
  }
  return removed;
}

function cameBack({ id }: WorkerView): RtError {
  return new RtError('worker_id_taken', `Another process was started as ${id} meanwhile, and lives`, {
    hint: 'Whatever starts it again has to be stopped first.',
  });
}

/**
 * Waits until workers have left the fleet.
 *
 * Always true: it is the processes that were looked at first that are waited for, so that one started under the same
 * id meanwhile counts as another; nothing is changed by waiting, or by giving up.
 */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { formatDuration } from '../config/durations.ts';
import type { FleetView, WorkerView } from '../registry/ports.ts';

const LOOK_MS = 250;

export interface DepartureOptions {
  readonly fleet: Pick<FleetView, 'workers'>;
  readonly workers: readonly WorkerView[];
  /** Undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told whenever the sessions that are left on one have changed in number. */
  readonly onProgress: (worker: WorkerView) => void;
}

/** How a worker left: it took leave, or was not heard of any more. */
export type Departure = 'left' | 'lost';

/** In the order of `workers`. @throws RtError timeout, or the signal's reason */
export async function awaitDeparture(options: DepartureOptions): Promise<readonly Departure[]> {
  const { clock, signal, workers, timeoutMs } = options;
  const startMs = clock.nowMs();
  const gone = new Map<string, Departure>();
  const told = new Map<string, number>();
  for (;;) {
    signal.throwIfAborted();
    const now = await options.fleet.workers();
    for (const worker of workers) {
      if (gone.has(worker.id)) continue;
      const view = now.find((other) => isSameProcess(other, worker));
      if (view === undefined || view.status === 'offline') gone.set(worker.id, view ? 'lost' : 'left');
      else if (told.get(worker.id) !== view.activeSessions) {
        told.set(worker.id, view.activeSessions);
        options.onProgress(view);
      }
    }
    const left = workers.filter(({ id }) => !gone.has(id));
    if (left.length === 0) return workers.map(({ id }) => gone.get(id) ?? 'left');
    if (timeoutMs !== undefined && clock.nowMs() - startMs + LOOK_MS > timeoutMs) {
      throw tooLate(left, told, timeoutMs);
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

function isSameProcess(a: WorkerView, b: WorkerView): boolean {
  return a.id === b.id && a.host === b.host && a.pid === b.pid && a.startedAt === b.startedAt;
}

function tooLate(left: readonly WorkerView[], told: ReadonlyMap<string, number>, timeoutMs: number): RtError {
  const each = left.map(({ id }) => `${id} (sessions left: ${String(told.get(id) ?? 0)})`).join(', ');
  return new RtError('timeout', `Not drained within ${formatDuration(timeoutMs)}: ${each}`, {
    hint: 'They go on draining. Wait for them again with the same command, or make room for their sessions elsewhere.',
  });
}

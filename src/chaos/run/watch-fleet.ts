/**
 * Writes down, from beside the cluster, what its store and its processes hold while sessions run and until all is
 * back where it was.
 */
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/repeat.ts';
import { lastingKeys, mostAfter } from '../check/residue.ts';
import { freeWithinMs } from '../check/slots.ts';
import { type HistoryLog, RUN } from '../history/history-log.ts';
import type { Fleet, Role, StoreSample } from './fleet.ts';
import { gaugeProcess } from './process-gauge.ts';

const EVERY_MS = 100;
const ROLES: readonly Role[] = ['gateway', 'router', 'worker', 'redis'];

export interface FleetWatch {
  /** Notes the end, waits until everything is back where it was, as long as that may take, and stops looking. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface WatchOptions {
  readonly fleet: Fleet;
  readonly history: HistoryLog;
  readonly clock: Clock;
}

/** Resolves when the state before the sessions is written down. */
export async function watchFleet({ fleet, history, clock }: WatchOptions): Promise<FleetWatch> {
  const stopped = new AbortController();
  const sample = async (): Promise<StoreSample | undefined> => {
    // A store that is away is part of the rehearsal.
    const counted = await fleet.store.sample().catch(() => undefined);
    if (counted === undefined) return undefined;
    for (const { id, active, capacity } of counted.workers)
      history.add(RUN, { op: 'slots', worker: id, active, capacity });
    const { sessionLeases, workerLeases, keys } = counted;
    history.add(RUN, { op: 'leases', sessions: sessionLeases, workers: workerLeases });
    history.add(RUN, { op: 'keys', ...keys });
    return counted;
  };
  const before = { keys: (await sample())?.keys, files: await gaugeAll(fleet, history) };
  const looking = repeat(clock, {
    everyMs: EVERY_MS,
    run: async () => {
      await sample();
    },
    signal: stopped.signal,
  });
  const stop = async (): Promise<void> => {
    stopped.abort();
    await looking;
  };

  const isBack = async (): Promise<boolean> => {
    const now = await sample();
    const files = await gaugeAll(fleet, history);
    if (now === undefined || now.sessionLeases > 0 || now.workers.some(({ active }) => active > 0))
      return false;
    const { keys } = before;
    if (keys !== undefined && lastingKeys(now.keys) > mostAfter(lastingKeys(keys))) return false;
    return [...files].every(([pid, open]) => open <= mostAfter(before.files.get(pid) ?? open));
  };
  return {
    stop,
    async settle() {
      await stop();
      history.add(RUN, { op: 'ended' });
      const lateMs = clock.nowMs() + freeWithinMs(history.entries) - EVERY_MS;
      while (!(await isBack()) && clock.nowMs() < lateMs) await clock.sleep(EVERY_MS);
    },
  };
}

/** Open files by pid. */
async function gaugeAll(fleet: Fleet, history: HistoryLog): Promise<ReadonlyMap<number, number>> {
  const files = new Map<number, number>();
  for (const { role, id, pid } of ROLES.flatMap((role) => fleet.processes(role))) {
    const gauge = await gaugeProcess(pid);
    if (gauge === undefined) continue;
    history.add(RUN, { op: 'gauge', role, id, pid, rss: gauge.rssBytes, fds: gauge.openFiles });
    files.set(pid, gauge.openFiles);
  }
  return files;
}

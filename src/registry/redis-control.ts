/** What operators wish, in Redis: each verb is one script. */
import { workerDigestField } from './keys.ts';
import { RECORD_KEEP_MS } from './leases.ts';
import type { FleetControl } from './ports.ts';
import type { RedisStore } from './redis-store.ts';

/** The control port over scripts. */
export function createRedisControl({ keys, run, answer }: RedisStore): FleetControl {
  return {
    wishWorker: (id, wish) =>
      answer(run('wish', { keys: [keys.worker(id), keys.workerSessions(id)], args: [wish] })),
    endSession: (id, reason) => answer(run('end', { keys: [keys.session(id)], args: [reason] })),
    forgetWorker: (id) =>
      answer(
        run('forget', {
          keys: [
            keys.workers,
            keys.worker(id),
            keys.workerSessions(id),
            keys.workerLeases,
            keys.snapshot,
            keys.snapshotLeases,
          ],
          args: [id, RECORD_KEEP_MS, workerDigestField(id)],
        }),
      ),
  };
}

/** A worker's side of the store in Redis: each verb is one script. */
import type { WorkerRegistration } from './ports.ts';
import { RECORD_KEEP_MS } from './leases.ts';
import { workerFields } from './records.ts';
import type { RedisStore } from './redis-store.ts';

/** The registration port over scripts. */
export function createRedisRegistration({ keys, run, answer }: RedisStore): WorkerRegistration {
  return {
    async register(worker, leaseMs) {
      const reply = await answer(
        run('register', {
          keys: [
            keys.workers,
            keys.worker(worker.id),
            keys.workerSessions(worker.id),
            keys.workerLeases,
            keys.events,
          ],
          args: [worker.id, leaseMs, ...workerFields(worker)],
        }),
      );
      if (reply === 'registered') return reply;
      const [, host, pid] = reply;
      return { host: host ?? '', pid: Number(pid ?? 0) };
    },
    beat: (worker, leaseMs) =>
      answer(
        run('beat', {
          keys: [keys.workers, keys.worker(worker.id), keys.workerSessions(worker.id), keys.workerLeases],
          args: [worker.id, leaseMs, ...workerFields(worker)],
        }),
      ),
    async drain(id) {
      await answer(run('drain', { keys: [keys.worker(id), keys.events], args: [id] }));
    },
    async deregister(id) {
      await answer(
        run('deregister', {
          keys: [keys.workers, keys.worker(id), keys.workerLeases, keys.events],
          args: [id, RECORD_KEEP_MS],
        }),
      );
    },
  };
}

/** A worker's side of the store in Redis: each verb is one script. */
import type { WorkerInfo, WorkerRegistration, WorkerStanding } from './ports.ts';
import { RECORD_KEEP_MS } from './leases.ts';
import { workerFields } from './records.ts';
import type { RedisStore } from './redis-store.ts';
import { SERVING } from './worker-standing.ts';

/** The registration port over scripts. */
export function createRedisRegistration({ keys, run, answer }: RedisStore): WorkerRegistration {
  /** What a worker says of itself, to `register` as to `beat`. */
  const saidBy = (
    worker: WorkerInfo,
    leaseMs: number,
    { isDraining, heard }: WorkerStanding,
  ): { keys: string[]; args: (string | number)[] } => ({
    keys: [
      keys.workers,
      keys.worker(worker.id),
      keys.workerSessions(worker.id),
      keys.workerLeases,
      keys.events,
    ],
    args: [
      ...[worker.id, leaseMs, isDraining ? 'draining' : 'serving', heard.wish, heard.wishedMs],
      ...workerFields(worker),
    ],
  });
  return {
    async register(worker, leaseMs, standing = SERVING) {
      const reply = await answer(run('register', saidBy(worker, leaseMs, standing)));
      if (reply === 'registered') return reply;
      const [, host, pid] = reply;
      return { host: host ?? '', pid: Number(pid ?? 0) };
    },
    async beat(worker, leaseMs, standing = SERVING) {
      const reply = await answer(run('beat', saidBy(worker, leaseMs, standing)));
      if (reply === 'unknown') return reply;
      const [wish, wishedMs] = reply;
      return { wish, wishedMs: Number(wishedMs) };
    },
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

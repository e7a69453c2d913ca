/**
 * Watches a race from outside. Each grant, end and move stands in the fleet's events in the order in which the scripts
 * ran, so counting them gives the occupancy of each worker after every single step, not a sample of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Counts occupancy by the events; `overbooked` lists grants that exceeded the capacity. */
export function createOccupancy(capacity) {
  const where = new Map();
  const held = new Map();
  const count = (worker, by) => held.set(worker, (held.get(worker) ?? 0) + by);
  const seen = { events: 0, grants: 0, ends: 0, expired: 0, returned: 0, most: 0, overbooked: [] };

  return {
    seen,
    add({ type, workerId, sessionId, reason }) {
      seen.events += 1;
      if (type === 'session.started' || type === 'failover') {
        if (where.has(sessionId)) count(where.get(sessionId), -1);
        where.set(sessionId, workerId);
        count(workerId, 1);
        // An owner that was presumed dead takes back what it holds: no grant, and the worker has the last word.
        if (reason === 'owner_returned') {
          seen.returned += 1;
          return;
        }
        seen.grants += 1;
        seen.most = Math.max(seen.most, held.get(workerId));
        if (held.get(workerId) > capacity)
          seen.overbooked.push({ workerId, sessionId, held: held.get(workerId) });
      } else if (type === 'session.ended' || type === 'session.error') {
        seen.ends += 1;
        if (reason === 'lease_expired') seen.expired += 1;
        count(where.get(sessionId) ?? workerId, -1);
        where.delete(sessionId);
      }
    },
  };
}

/** Looks at the sets themselves again and again until aborted. */
export async function sampleSets(redis, { keys, workers, capacity, signal }) {
  const found = { samples: 0, tooMany: 0, inTwoSets: 0, most: 0 };
  while (!signal.aborted) {
    // One transaction, so that no move falls between two of the sets.
    const transaction = redis.multi();
    for (const id of workers) transaction.smembers(keys.workerSessions(id));
    const sets = (await transaction.exec()).map(([, members]) => members);
    found.samples += 1;
    found.most = Math.max(found.most, ...sets.map((set) => set.length));
    if (sets.some((set) => set.length > capacity)) found.tooMany += 1;
    if (new Set(sets.flat()).size < sets.flat().length) found.inTwoSets += 1;
    await sleep(2);
  }
  return found;
}

/** What is left of all sessions: nothing should be, once leases have run out and a sweep has passed. */
export async function leftovers(redis, { keys, workers }) {
  const [active, leases, ...sets] = await Promise.all([
    redis.scard(keys.activeSessions),
    redis.zcard(keys.sessionLeases),
    ...workers.map((id) => redis.scard(keys.workerSessions(id))),
  ]);
  const counters = await Promise.all(workers.map((id) => redis.hget(keys.worker(id), 'active_sessions')));
  const sum = (numbers) => numbers.reduce((total, number) => total + Number(number), 0);
  return { active, leases, slots: sum(sets), counted: sum(counters) };
}

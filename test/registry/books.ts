/** What must be true of the store's sets, indexes and counters whenever nobody is in the middle of anything. */
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { SessionId, WorkerId } from '../../src/base/ids.ts';
import type { Keys } from '../../src/registry/keys.ts';
import type { Registry, SessionLedger, WorkerView } from '../../src/registry/ports.ts';
import { progress, sessionId, sessionInfo } from '../support/fleet.ts';

/** Numbers of sessions no test uses. */
const FIRST_PROBE = 1000;

/** The store behind the registry, read past it. */
export interface Books {
  readonly raw: Redis;
  readonly keys: Keys;
}

/** Whose time is over: ids of workers, numbers of sessions, fields of the snapshot. */
export interface Ends {
  readonly workers?: readonly string[];
  readonly sessions?: readonly number[];
  readonly digests?: readonly string[];
}

/** Lets leases that are there end, as if their time had passed. */
export async function endLeases({ raw, keys }: Books, ends: Ends): Promise<void> {
  const end = async (key: string, ids: readonly string[]): Promise<void> => {
    for (const id of ids) await raw.zadd(key, 'XX', 1, id);
  };
  await end(keys.workerLeases, ends.workers ?? []);
  await end(keys.sessionLeases, (ends.sessions ?? []).map(sessionId));
  await end(keys.snapshotLeases, ends.digests ?? []);
}

/** No slot is leaked, none is booked twice, and all counts are right; each free slot can be had, and is given back. */
export async function checkBooks({ raw, keys }: Books, { ledger }: Registry): Promise<void> {
  const active = (await raw.smembers(keys.activeSessions)).sort() as SessionId[];
  expect(await raw.zrange(keys.sessionLeases, 0, '-1').then((ids) => ids.sort()), 'leases').toEqual(active);

  const workers = (await raw.smembers(keys.workers)) as WorkerId[];
  const sets = await Promise.all(workers.map((id) => raw.smembers(keys.workerSessions(id))));
  const booked = sets.flat();
  expect(new Set(booked).size, 'booked twice').toBe(booked.length);
  expect(
    booked.filter((id) => !active.includes(id as SessionId)),
    'leaked',
  ).toEqual([]);
  for (const id of active) {
    const [status, worker] = await raw.hmget(keys.session(id), 'status', 'worker_id');
    expect(status, id).toBe('active');
    expect(await raw.smembers(keys.workerSessions(worker as WorkerId)), `set of ${worker}`).toContain(id);
  }
  for (const [index, id] of workers.entries()) {
    const counted = await raw.hget(keys.worker(id), 'active_sessions');
    expect(Number(counted), `active_sessions of ${id}`).toBe(sets[index]?.length);
  }

  for (const worker of await ledger.workers()) await checkFreeSlots(worker, ledger);
}

/** As many new sessions are granted as there are free slots by the counter, and no more. */
async function checkFreeSlots(
  { id, status, wish, capacity, activeSessions }: WorkerView,
  ledger: SessionLedger,
): Promise<void> {
  const isOpen = status !== 'draining' && wish === 'none';
  const free = isOpen ? capacity - activeSessions : 0;
  const granted: number[] = [];
  for (let number = FIRST_PROBE; number <= FIRST_PROBE + free; number += 1) {
    const outcome = await ledger.reserve(id, sessionInfo(number), { leaseMs: 60_000 });
    if (outcome === 'reserved') granted.push(number);
  }
  for (const number of granted) await ledger.release(progress(number), 'ended', 'probe');
  expect(granted.length, `free slots of ${id}`).toBe(free);
}

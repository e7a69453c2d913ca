/** Random histories on both registries: every answer and every state must be the same. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { FleetEvent, Registry } from '../../src/registry/ports.ts';
import { createRedisConnections, type RedisConnections } from '../../src/registry/redis.ts';
import { createRedisRegistry } from '../../src/registry/redis-registry.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { GATEWAY, progress, renewal, sessionInfo, workerId, workerInfo } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const LONG_MS = 60_000;
/** A lease that is over before anything else happens. */
const OVER_MS = 0;

type Step = (registry: Registry) => Promise<unknown>;

const worker = fc.constantFrom('w1', 'w2', 'w3');
const session = fc.integer({ min: 1, max: 6 });
const epoch = fc.integer({ min: 1, max: 4 });
const leaseMs = fc.constantFrom(LONG_MS, LONG_MS, LONG_MS, OVER_MS);
const capacity = fc.integer({ min: 0, max: 3 });
const pid = fc.constantFrom(1, 1, 1, 2);

function step<T extends object>(
  name: string,
  fields: { [K in keyof T]: fc.Arbitrary<T[K]> },
  run: (given: T) => Step,
) {
  return fc
    .record(fields)
    .map((given) => ({ run: run(given as T), toString: () => `${name} ${JSON.stringify(given)}` }));
}

const anyStep = fc.oneof(
  step<{ worker: string; capacity: number; pid: number; leaseMs: number }>(
    'register',
    { worker, capacity, pid, leaseMs },
    (given) => (registry) =>
      registry.registration.register(
        workerInfo(given.worker, { capacity: given.capacity, pid: given.pid }),
        given.leaseMs,
      ),
  ),
  step<{ worker: string; capacity: number; pid: number; leaseMs: number }>(
    'beat',
    { worker, capacity, pid, leaseMs },
    (given) => (registry) =>
      registry.registration.beat(
        workerInfo(given.worker, { capacity: given.capacity, pid: given.pid }),
        given.leaseMs,
      ),
  ),
  step<{ worker: string }>(
    'drain',
    { worker },
    (given) =>
      ({ registration }) =>
        registration.drain(workerId(given.worker)),
  ),
  step<{ worker: string }>(
    'deregister',
    { worker },
    (given) =>
      ({ registration }) =>
        registration.deregister(workerId(given.worker)),
  ),
  ...[1, 2, 3].map(() =>
    step<{ worker: string; session: number; epoch: number; leaseMs: number }>(
      'reserve',
      { worker, session, epoch, leaseMs },
      (given) =>
        ({ ledger }) =>
          ledger.reserve(
            workerId(given.worker),
            sessionInfo(given.session, { epoch: given.epoch }),
            given.leaseMs,
          ),
    ),
  ),
  step<{ worker: string; session: number; epoch: number; leaseMs: number }>(
    'renew',
    { worker, session, epoch, leaseMs },
    (given) =>
      ({ ledger }) =>
        ledger.renew(
          GATEWAY,
          [renewal(given.session, given.worker, { epoch: given.epoch, committed: 512 })],
          given.leaseMs,
        ),
  ),
  step<{ session: number; epoch: number; outcome: 'ended' | 'error' }>(
    'release',
    { session, epoch, outcome: fc.constantFrom('ended' as const, 'error' as const) },
    (given) =>
      ({ ledger }) =>
        ledger.release(progress(given.session, { epoch: given.epoch }), given.outcome, 'said'),
  ),
  step<object>(
    'sweep',
    {},
    () =>
      async ({ ledger }) =>
        (await ledger.sweep()).map(timeless).sort(),
  ),
);

function timeless({ at: _, ...event }: FleetEvent): string {
  return JSON.stringify(event);
}

/** Everything a reader can see, without what differs by nature: wall time and order of sets. */
async function observe({ fleet, ledger }: Registry): Promise<unknown> {
  const byId = <T extends { readonly id: string }>(rows: readonly T[]): T[] =>
    [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const workers = byId(await fleet.workers()).map(({ lastHeartbeat: _, ...rest }) => rest);
  const live = byId(await ledger.workers()).map(({ id }) => id);
  const active = byId(await fleet.sessions()).map(({ id }) => id);
  const sessions = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async (number) => {
      const {
        startedAt: _,
        endedAt,
        ...rest
      } = (await fleet.session(sessionInfo(number).id)) ?? { startedAt: '' };
      return { ...rest, hasEnded: endedAt !== undefined };
    }),
  );
  return { workers, live, active, sessions };
}

async function eventsOf(registry: Registry): Promise<string[]> {
  await registry.ledger.note({ type: 'reject', reason: 'last' });
  const seen: string[] = [];
  for await (const event of registry.fleet.watch(new AbortController().signal, 10_000)) {
    if (event.reason === 'last') break;
    seen.push(timeless(event));
  }
  return seen.sort();
}

describe.skipIf(!hasRedis)('memory and Redis', () => {
  let server: RedisServer;
  let connections: RedisConnections;

  beforeAll(async () => {
    server = await startRedis();
    connections = createRedisConnections({ url: server.url, clock: systemClock, logger: silentLogger });
    await connections.connect(2000);
  });
  afterAll(async () => {
    connections.stop();
    await server.stop();
  });

  it('[REG-26] give the same answers and show the same state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 40, size: 'max' }), async (steps) => {
        const redis = createRedisRegistry({ connections, clock: systemClock, prefix: server.prefix() });
        const memory = createMemoryRegistry({ clock: createFakeClock() });
        for (const { run } of steps) {
          expect(await run(redis)).toEqual(await run(memory));
          expect(await observe(redis)).toEqual(await observe(memory));
        }
        expect(await eventsOf(redis)).toEqual(await eventsOf(memory));
      }),
      { numRuns: 150 },
    );
  });
});

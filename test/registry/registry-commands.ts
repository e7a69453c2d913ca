/**
 * Random histories of the registry, for the property that Redis does what the implementation in memory does, and that
 * neither ever breaks what docs/keyspace.md promises of sets, epochs and releases.
 *
 * Time: a lease is SHORT or LONG. `time passes` ends the short ones: the clock of the memory moves, and in Redis, whose
 * TIME cannot be moved, the scores of short leases are put into the past.
 */
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { Keys } from '../../src/registry/keys.ts';
import type {
  FleetEvent,
  HeardWish,
  Registry,
  SessionView,
  SlotPriority,
  WorkerWish,
} from '../../src/registry/ports.ts';
import { NO_WISH } from '../../src/registry/worker-standing.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import {
  GATEWAY,
  progress,
  renewal,
  sessionId,
  sessionInfo,
  workerId,
  workerInfo,
} from '../support/fleet.ts';

/** The implementation in memory: what Redis is held to. */
export interface Model {
  readonly memory: Registry;
  readonly clock: FakeClock;
}

export interface Real {
  readonly redis: Registry;
  readonly raw: Redis;
  readonly keys: Keys;
}

const SHORT_MS = 10_000;
const LONG_MS = 1_000_000_000;
const PASSES_MS = 20_000;
const SESSIONS = [1, 2, 3, 4, 5, 6];
/** Sessions that fill a worker of 20 slots up to the ones it keeps. */
const CROWD = Array.from({ length: 18 }, (_, i) => i + 101);
const WORKERS = ['w1', 'w2', 'w3'];

const worker = fc.constantFrom(...WORKERS);
const session = fc.constantFrom(...SESSIONS);
const epoch = fc.integer({ min: 1, max: 4 });
const leaseMs = fc.constantFrom(LONG_MS, LONG_MS, LONG_MS, SHORT_MS, 0);
const capacity = fc.constantFrom(0, 1, 1, 2, 3, 20);
const pid = fc.constantFrom(1, 1, 1, 2);
const priority = fc.constantFrom<SlotPriority>('normal', 'normal', 'replay');

/** What a worker says it heard: nothing, or a wish later than any an operator made. */
const heard = fc.constantFrom<HeardWish>(
  NO_WISH,
  NO_WISH,
  { wish: 'cordon', wishedMs: 1e15 },
  { wish: 'drain', wishedMs: 1e15 + 10 },
  { wish: 'none', wishedMs: 1e15 + 20 },
);
const standing = fc.record({ isDraining: fc.constantFrom(false, false, false, true), heard });

const wanted = fc.constantFrom<WorkerWish>('none', 'cordon', 'drain');

type Answer = Promise<unknown>;
type Command = fc.AsyncCommand<Model, Real>;

/** A command that asks both the same, compares the answers and what can be seen, and checks the invariants. */
function command(name: string, ask: (registry: Registry) => Answer): Command {
  return {
    check: () => true,
    toString: () => name,
    async run({ memory }, real) {
      const before = await observe(memory);
      const answer = await ask(memory);
      expect(await ask(real.redis)).toEqual(answer);
      const after = await observe(memory);
      expect(await observe(real.redis)).toEqual(after);
      if (answer === 'fenced') expect(after).toEqual(before);
      await checkSets(real);
    },
  };
}

const named = (name: string, given: object): string => `${name} ${JSON.stringify(given)}`;

const registering = (['register', 'beat'] as const).map((verb) =>
  fc.record({ worker, capacity, pid, leaseMs, standing }).map((given) =>
    command(named(verb, given), async ({ registration }) => {
      const info = workerInfo(given.worker, { capacity: given.capacity, pid: given.pid });
      const answer = await registration[verb](info, given.leaseMs, given.standing);
      // When it was wished is told by two clocks.
      return typeof answer === 'object' && 'wish' in answer ? answer.wish : answer;
    }),
  ),
);

const leaving = (['drain', 'deregister'] as const).map((verb) =>
  fc
    .record({ worker })
    .map((given) =>
      command(named(verb, given), ({ registration }) => registration[verb](workerId(given.worker))),
    ),
);

const reserve = fc.record({ worker, session, epoch, leaseMs, priority }).map((given): Command => {
  const { leaseMs, priority } = given;
  const asked = command(named('reserve', given), ({ ledger }) =>
    ledger.reserve(workerId(given.worker), sessionInfo(given.session, { epoch: given.epoch }), {
      leaseMs,
      priority,
    }),
  );
  return {
    ...asked,
    async run(model, real) {
      const held = await holders(real, given.worker);
      await asked.run(model, real);
      const holding = await holders(real, given.worker);
      const view = (await model.memory.fleet.workers()).find(({ id }) => id === given.worker);
      if (holding.length <= held.length) return;
      expect(holding.length).toBeLessThanOrEqual(view?.capacity ?? 0);
      expect(view?.wish, 'nobody gets a slot where an operator wants none').toBe('none');
    },
  };
});

const crowd = fc
  .record({ worker })
  .map((given) =>
    command(named('crowd', given), ({ ledger }) =>
      Promise.all(
        CROWD.map((number) =>
          ledger.reserve(workerId(given.worker), sessionInfo(number), { leaseMs: SHORT_MS }),
        ),
      ),
    ),
  );

const renew = fc.record({ worker, session, epoch, leaseMs }).map((given): Command => {
  const said = renewal(given.session, given.worker, { epoch: given.epoch, committed: 512 });
  const asked = command(named('renew', given), ({ ledger }) => ledger.renew(GATEWAY, [said], given.leaseMs));
  return {
    ...asked,
    async run(model, real) {
      const before = await model.memory.fleet.session(said.id);
      await asked.run(model, real);
      // An owner of the past changes nothing, whatever else it says.
      const after = await real.redis.fleet.session(said.id);
      if (before && before.epoch > given.epoch) expect(recorded(after)).toEqual(recorded(before));
    },
  };
});

const release = fc
  .record({ session, epoch, outcome: fc.constantFrom('ended' as const, 'error' as const) })
  .map((given): Command => {
    const end = progress(given.session, { epoch: given.epoch });
    const asked = command(named('release', given), ({ ledger }) =>
      ledger.release(end, given.outcome, 'said'),
    );
    return {
      ...asked,
      async run(model, real) {
        await asked.run(model, real);
        const once = await observe(real.redis);
        const again = await real.redis.ledger.release(end, 'error', 'said twice');
        expect(again).not.toBe('released');
        expect(await observe(real.redis)).toEqual(once);
      },
    };
  });

const wish = fc
  .record({ worker, wanted })
  .map((given) =>
    command(named('wish', given), ({ control }) => control.wishWorker(workerId(given.worker), given.wanted)),
  );

const end = fc
  .record({ session, reason: fc.constantFrom('one', 'another') })
  .map((given) =>
    command(named('end', given), ({ control }) => control.endSession(sessionId(given.session), given.reason)),
  );

const forget = fc.record({ worker }).map((given): Command => {
  const asked = command(named('forget', given), ({ control }) =>
    control.forgetWorker(workerId(given.worker)),
  );
  return {
    ...asked,
    async run(model, real) {
      const live = (await model.memory.ledger.workers()).map(({ id }) => id);
      await asked.run(model, real);
      expect((await real.redis.ledger.workers()).map(({ id }) => id).sort(), 'who lives stays').toEqual(
        live.sort(),
      );
    },
  };
});

const sweep = fc.constant(
  command('sweep', async ({ ledger }) => (await ledger.sweep()).map(timeless).sort()),
);

const timePasses = fc.constant<Command>({
  check: () => true,
  toString: () => 'time passes',
  async run({ clock }, { raw, keys }) {
    await clock.advance(PASSES_MS);
    const [seconds] = await raw.time();
    const nowMs = Number(seconds) * 1000;
    for (const leases of [keys.workerLeases, keys.sessionLeases]) {
      const short = await raw.zrangebyscore(leases, nowMs, nowMs + PASSES_MS);
      for (const id of short) await raw.zadd(leases, 1, id);
    }
  },
});

/** Any history of at most `maxCommands` steps; claims are the most frequent, since they have the most ways to go. */
export function histories(maxCommands: number): fc.Arbitrary<Iterable<Command>> {
  const kinds = [
    ...registering,
    ...leaving,
    reserve,
    reserve,
    reserve,
    crowd,
    renew,
    release,
    wish,
    end,
    forget,
    sweep,
    timePasses,
  ];
  return fc.commands<Model, Real, false>(kinds, { maxCommands, size: 'max' });
}

/** Everything a reader can see, without what differs by nature: wall time and order of sets. */
async function observe({ fleet, ledger }: Registry): Promise<unknown> {
  const byId = <T extends { readonly id: string }>(rows: readonly T[]): T[] =>
    [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const workers = byId(await fleet.workers()).map(({ lastHeartbeat: _, wishedAt, ...rest }) => ({
    ...rest,
    isWished: wishedAt !== undefined,
  }));
  const live = byId(await ledger.workers()).map(({ id }) => id);
  const active = byId(await fleet.sessions()).map(({ id }) => id);
  const views = await Promise.all(SESSIONS.map((number) => fleet.session(sessionId(number))));
  return { workers, live, active, sessions: views.map(recorded) };
}

function recorded(view: SessionView | undefined): unknown {
  if (!view) return undefined;
  const { startedAt: _, endedAt, ...rest } = view;
  return { ...rest, hasEnded: endedAt !== undefined };
}

/** A fleet event without its time. */
export function timeless({ at: _, ...event }: FleetEvent): string {
  return JSON.stringify(event);
}

function holders({ raw, keys }: Real, id: string): Promise<string[]> {
  return raw.smembers(keys.workerSessions(workerId(id)));
}

/** Counters are the sizes of the sets, and no session stands in two of them. */
async function checkSets(real: Real): Promise<void> {
  const sets = await Promise.all(WORKERS.map((id) => holders(real, id)));
  const all = sets.flat();
  expect(all.length, 'a session holds one slot').toBe(new Set(all).size);
  for (const [i, id] of WORKERS.entries()) {
    const counted = await real.raw.hget(real.keys.worker(workerId(id)), 'active_sessions');
    if (counted !== null) expect(Number(counted), `active_sessions of ${id}`).toBe(sets[i]?.length);
  }
}

import { describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { createMemoryRegistry } from '../../../src/registry/memory-registry.ts';
import type { FleetEvent } from '../../../src/registry/ports.ts';
import { type FeedOptions, runFeed, takeOnce } from '../../../src/tui/feed/fleet-feed.ts';
import { createPace } from '../../../src/tui/feed/pace.ts';
import type { Action } from '../../../src/tui/state/store.ts';
import { viewOf } from '../../../src/tui/state/view.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { eventOf } from '../watched-fleet.ts';

const AWAY = new RtError('registry_unavailable', 'Redis does not answer');

interface Watched {
  readonly actions: Action[];
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly asked: () => number;
  readonly lookEvery: (intervalMs: number) => void;
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** A feed from a fleet whose n-th look is answered by `answer(n)`. */
function watch(
  answer: (look: number) => unknown,
  options: { readonly intervalMs?: number; readonly events?: readonly FleetEvent[] } = {},
): Watched {
  const clock = createFakeClock();
  const aborter = new AbortController();
  const actions: Action[] = [];
  let looks = 0;
  const fleet: FeedOptions['fleet'] = {
    workers: async () => {
      const error = answer(looks++);
      if (error !== undefined) throw error as Error;
      return [];
    },
    snapshot: async () => new Map(),
    async *watch(signal) {
      yield* options.events ?? [];
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
  const pace = createPace(clock, options.intervalMs ?? 1000);
  const ended = runFeed({
    fleet,
    clock,
    pace,
    dispatch: (action) => void actions.push(action),
    signal: aborter.signal,
  });
  ended.catch(() => {});
  return {
    actions,
    clock,
    asked: () => looks,
    lookEvery: pace.lookEvery,
    ended,
    stop: () => aborter.abort(),
  };
}

describe('the feed', () => {
  it('looks once per interval, at once first, until it is stopped', async () => {
    const feed = watch(() => undefined, { intervalMs: 2000 });
    await feed.clock.advance(4100);
    expect(feed.asked()).toBe(3);
    feed.stop();
    await feed.ended;
    await feed.clock.advance(10_000);
    expect(feed.asked()).toBe(3);
    expect(feed.actions.map(({ type }) => type)).toEqual(['sampled', 'sampled', 'sampled']);
  });

  it('[TOP-17] obeys another interval in the middle of a rest, shorter or longer', async () => {
    const feed = watch(() => undefined, { intervalMs: 30_000 });
    await feed.clock.advance(5000);
    expect(feed.asked()).toBe(1);
    feed.lookEvery(1000);
    await feed.clock.advance(3500);
    expect(feed.asked()).toBe(5);
    feed.lookEvery(10_000);
    await feed.clock.advance(6000);
    expect(feed.asked()).toBe(5);
    feed.stop();
    await feed.ended;
  });

  it('tells of a Redis that is away and asks again within a second, however long the interval', async () => {
    const feed = watch((look) => (look === 1 || look === 2 ? AWAY : undefined), { intervalMs: 5000 });
    await feed.clock.advance(7100);
    expect(feed.actions.map(({ type }) => type)).toEqual(['sampled', 'failed', 'failed', 'sampled']);
    expect(feed.actions[1]).toMatchObject({ reason: 'Redis does not answer' });
    feed.stop();
    await feed.ended;
  });

  it('ends with a fault that is not of Redis', async () => {
    const fault = new TypeError('a mistake of ours');
    const feed = watch(() => fault);
    await expect(feed.ended).rejects.toBe(fault);
    feed.stop();
  });

  it('passes fleet events on as they come', async () => {
    const event = eventOf('failover', { workerId: 'w-1' });
    const feed = watch(() => undefined, { events: [event] });
    await feed.clock.advance(0);
    expect(feed.actions).toContainEqual(expect.objectContaining({ type: 'happened', event }));
    feed.stop();
    await feed.ended;
  });
});

describe('one look', () => {
  it('knows the refusals and failovers of the minute before it, and none that are older', async () => {
    const clock = createFakeClock();
    const { fleet, ledger } = createMemoryRegistry({ clock });
    await ledger.note({ type: 'failover', reason: 'from w-9' });
    await clock.advance(50_000);
    await ledger.note({ type: 'reject', reason: 'no_capacity' });
    await clock.advance(20_000);
    const state = await takeOnce(fleet, clock);
    const { totals, alerts } = viewOf(state, state.sampledAtMs);
    expect(totals).toMatchObject({ rejects: 1, failovers: 0 });
    expect(alerts).toMatchObject([{ code: 'rejects', text: '1 reject in the last minute: no_capacity' }]);
  });
});

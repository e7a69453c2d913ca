import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createSlotReleases, type Departure } from '../../src/gateway/slot-releases.ts';
import { SESSION_LEASE_MS } from '../../src/registry/leases.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { progress, sessionInfo, workerId, workerInfo } from '../support/fleet.ts';

/** One session on a worker, and a store that answers or does not. */
async function open() {
  const clock = createFakeClock();
  const { registration, ledger } = createMemoryRegistry({ clock });
  await registration.register(workerInfo('w1'), 1e9);
  await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: 1e9 });
  const store = { isAway: true, asked: 0 };
  const lines: string[] = [];
  const stopped = new AbortController();
  const releases = createSlotReleases({
    ledger: {
      release(...end) {
        store.asked++;
        return store.isAway
          ? Promise.reject(new RtError('registry_unavailable', 'away'))
          : ledger.release(...end);
      },
    },
    clock,
    log: { ...silentLogger, warn: (text) => void lines.push(text) },
    signal: stopped.signal,
  });
  const committed = { sample: 0 };
  const departure: Departure = {
    journal: { finish: () => Promise.resolve() },
    progress: () => progress(1, { committed: committed.sample }),
    outcome: 'ended',
    reason: 'completed',
  };
  const taken = async (): Promise<number> => (await ledger.workers())[0]?.activeSessions ?? -1;
  return { clock, ledger, releases, store, stopped, lines, departure, committed, taken };
}

describe('giving a slot back', () => {
  it('[CTL-9] is tried again until the store takes it, with what is committed then', async () => {
    const { clock, releases, store, departure, committed, taken, lines } = await open();
    await releases.release(departure);
    await clock.advance(3000);
    expect([await taken(), store.asked]).toEqual([1, 7]);
    store.isAway = false;
    committed.sample = 512;
    await clock.advance(500);
    expect([await taken(), lines]).toEqual([0, []]);
    await releases.settled();
    expect(clock.sleepers()).toBe(0);
  });

  it('[CTL-9] is tried again for a session that never began', async () => {
    const { clock, releases, store, departure, taken } = await open();
    const { journal: _, ...unbegun } = departure;
    await releases.release(unbegun);
    expect([await taken(), store.asked]).toEqual([1, 1]);
    store.isAway = false;
    await clock.advance(500);
    expect(await taken()).toBe(0);
  });

  it('[CTL-9] is given up when the lease has ended, in one line', async () => {
    const { clock, releases, store, departure, taken, lines } = await open();
    await releases.release(departure);
    await clock.advance(SESSION_LEASE_MS);
    await releases.settled();
    const tries = store.asked;
    store.isAway = false;
    await clock.advance(60_000);
    expect([store.asked, await taken(), lines]).toEqual([
      tries,
      1,
      ['slot not released, its lease runs out'],
    ]);
  });

  it('[CTL-9] keeps nobody waiting, and ends with its gateway', async () => {
    const { clock, releases, store, stopped, departure, lines } = await open();
    await releases.release(departure);
    expect(store.asked).toBe(1);
    stopped.abort(new RtError('interrupted', 'the gateway stops'));
    await releases.settled();
    expect([clock.sleepers(), store.asked, lines.length]).toEqual([0, 1, 1]);
  });

  it('[CTL-9] takes nothing from a session that has a newer owner by then', async () => {
    const { clock, ledger, releases, store, departure, taken } = await open();
    await releases.release(departure);
    await ledger.reserve(workerId('w1'), sessionInfo(1, { epoch: 2 }), { leaseMs: 1e9 });
    store.isAway = false;
    await clock.advance(1000);
    await releases.settled();
    expect(await taken()).toBe(1);
  });

  it('[SES-48] waits a moment for the last writes of the journal', async () => {
    const { clock, releases, store, departure } = await open();
    store.isAway = false;
    let written = (): void => undefined;
    const finish = (): Promise<void> => new Promise((resolve) => (written = resolve));
    const released = releases.release({ ...departure, journal: { finish } });
    await clock.advance(240);
    expect(store.asked).toBe(0);
    await clock.advance(20);
    expect(store.asked).toBe(1);
    written();
    await released;
  });
});

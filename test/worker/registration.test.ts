import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import type { LogFields } from '../../src/base/log.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { WorkerInfo } from '../../src/registry/ports.ts';
import { createRegistration } from '../../src/worker/registration.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { workerInfo } from '../support/fleet.ts';

const BEAT_MS = 2000;

/** A worker's registration in a store that can be away, hang, or have forgotten. */
function open(info: WorkerInfo = workerInfo('w1')) {
  const clock = createFakeClock();
  const registry = createMemoryRegistry({ clock });
  const { registration: real } = registry;
  const store = { isAway: false, beatsAt: [] as number[], delayMs: 0 };
  const lines: string[] = [];
  const digests = { count: 0 };
  const drains = { wished: 0 };
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    if (store.delayMs > 0) await clock.sleep(store.delayMs);
    if (store.isAway) throw new RtError('registry_unavailable', 'away');
    return call();
  };
  const log = (text: string, _fields?: LogFields): void => void lines.push(text);
  const registration = createRegistration({
    registration: {
      register: (...said) => through(() => real.register(...said)),
      beat: (...said) => {
        store.beatsAt.push(clock.nowMs() - 1_000_000);
        return through(() => real.beat(...said));
      },
      drain: (id) => through(() => real.drain(id)),
      deregister: (id) => through(() => real.deregister(id)),
    },
    clock,
    log: { ...silentLogger, info: log, warn: log },
    beatMs: BEAT_MS,
    info: () => info,
    onBeat: async () => {
      digests.count++;
    },
    onDrainWish: () => {
      drains.wished++;
    },
  });
  const status = async (): Promise<string> => (await registry.fleet.workers())[0]?.status ?? 'gone';
  return { clock, registry, registration, store, lines, digests, drains, status };
}

describe('the registration of a worker', () => {
  it('[SES-59] registers, then repeats its record at fixed times, with a digest each time', async () => {
    const { clock, registration, store, digests, status } = open();
    await registration.start();
    expect([registration.isRegistered, await status(), digests.count]).toEqual([true, 'ready', 1]);
    await clock.advance(3 * BEAT_MS);
    expect([store.beatsAt, digests.count]).toEqual([[2000, 4000, 6000], 4]);
    await registration.stop();
  });

  it('[SES-59] neither piles up nor makes up for beats while the store is slow', async () => {
    const { clock, registration, store } = open();
    await registration.start();
    store.delayMs = 5000;
    await clock.advance(12_000);
    expect(store.beatsAt).toEqual([2000, 7000, 12_000]);
    store.delayMs = 0;
    await clock.advance(10_000);
    expect(store.beatsAt.slice(3)).toEqual([17_000, 19_000, 21_000]);
    await registration.stop();
  });

  it('[SES-60] refuses to start under the id of another live worker', async () => {
    const { registry, registration } = open();
    await registry.registration.register(workerInfo('w1', { pid: 1 }), 6000);
    await expect(registration.start()).rejects.toMatchObject({ code: 'worker_id_taken' });
    expect(registration.isRegistered).toBe(false);
    await registration.stop();
    expect((await registry.fleet.workers())[0]).toMatchObject({ pid: 1, status: 'ready' });
  });

  it('[SES-59] registers again when it was forgotten', async () => {
    const { clock, registry, registration, status } = open();
    await registration.start();
    await registry.registration.deregister(workerInfo('w1').id);
    expect(await status()).toBe('gone');
    await clock.advance(BEAT_MS);
    expect(await status()).toBe('ready');
    await registration.stop();
  });

  it('[SES-59] comes back draining when it was forgotten while it drained', async () => {
    const { clock, registry, registration, status } = open();
    await registration.start();
    await registration.drain();
    expect(await status()).toBe('draining');
    await registry.registration.deregister(workerInfo('w1').id);
    await clock.advance(BEAT_MS);
    expect(await status()).toBe('draining');
    await registration.stop();
  });

  it('[SES-59] goes on while the store is away, and says so once when it begins and ends', async () => {
    const { clock, registration, store, lines, status } = open();
    await registration.start();
    store.isAway = true;
    await clock.advance(5 * BEAT_MS);
    expect([lines, registration.isRegistered]).toEqual([['beat failed'], true]);
    store.isAway = false;
    await clock.advance(BEAT_MS);
    expect([lines, await status()]).toEqual([['beat failed', 'registry answers again'], 'ready']);
    await registration.stop();
  });

  it('leaves the fleet when it stops, once, and beats no more', async () => {
    const { clock, registration, store, status } = open();
    await registration.start();
    await Promise.all([registration.stop(), registration.stop()]);
    await registration.stop();
    expect([await status(), clock.sleepers()]).toEqual(['gone', 0]);
    await clock.advance(10 * BEAT_MS);
    expect(store.beatsAt).toEqual([]);
  });

  it('stops although the store cannot be told', async () => {
    const { registration, store, lines } = open();
    await registration.start();
    store.isAway = true;
    await registration.drain();
    await registration.stop();
    expect(lines).toEqual([
      'drain not announced; the next beat tries again',
      'not deregistered; the lease will run out',
    ]);
  });

  it('[CTL-4] hears with its beat that it shall drain, once', async () => {
    const { clock, registry, registration, drains, lines } = open();
    await registration.start();
    await registry.control.wishWorker(workerInfo('w1').id, 'drain');
    expect(drains.wished).toBe(0);
    await clock.advance(3 * BEAT_MS);
    expect([drains.wished, lines]).toEqual([1, ['drains, as an operator wishes']]);
    await registration.stop();
  });

  it('[CTL-4] hears of it after an outage, and when it had been forgotten', async () => {
    const { clock, registry, registration, store, drains } = open();
    await registration.start();
    store.isAway = true;
    await registry.control.wishWorker(workerInfo('w1').id, 'drain');
    await clock.advance(3 * BEAT_MS);
    expect(drains.wished).toBe(0);
    await registry.ledger.sweep();
    expect((await registry.fleet.workers())[0]).toMatchObject({ status: 'offline', wish: 'drain' });
    store.isAway = false;
    await clock.advance(2 * BEAT_MS);
    expect(drains.wished).toBe(1);
    await registration.stop();
  });

  it('[CTL-4] leaves a drain that has begun alone, whatever is wished then', async () => {
    const { clock, registry, registration, drains, status } = open();
    await registration.start();
    await registration.drain();
    for (const wish of ['drain', 'none', 'drain'] as const) {
      await registry.control.wishWorker(workerInfo('w1').id, wish);
      await clock.advance(BEAT_MS);
    }
    expect([drains.wished, await status()]).toEqual([0, 'draining']);
    await registration.stop();
  });

  it('[CTL-2] is told of a cordon and of its end, and serves', async () => {
    const { clock, registry, registration, lines, drains, status } = open();
    await registration.start();
    await registry.control.wishWorker(workerInfo('w1').id, 'cordon');
    await clock.advance(2 * BEAT_MS);
    expect(await status()).toBe('busy');
    await registry.control.wishWorker(workerInfo('w1').id, 'none');
    await clock.advance(BEAT_MS);
    expect([await status(), drains.wished, lines]).toEqual([
      'ready',
      0,
      ['takes no new session, as an operator wishes', 'takes new sessions again, as an operator wishes'],
    ]);
    await registration.stop();
  });

  it('[CTL-10] announces its drain with the next beat when the store was away', async () => {
    const { clock, registration, store, status } = open();
    await registration.start();
    store.isAway = true;
    await registration.drain();
    expect(await status()).toBe('ready');
    store.isAway = false;
    await clock.advance(BEAT_MS);
    expect(await status()).toBe('draining');
    await registration.stop();
  });
});

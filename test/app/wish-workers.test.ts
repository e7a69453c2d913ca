import { describe, expect, it } from 'vitest';
import { awaitDeparture } from '../../src/app/await-departure.ts';
import { findWorkers } from '../../src/app/find-workers.ts';
import { removeWorkers } from '../../src/app/remove-workers.ts';
import { outcomeOf, sessionsWithoutRoom, wishWorkers } from '../../src/app/wish-workers.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { WorkerStatus, WorkerWish } from '../../src/registry/ports.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { progress, sessionInfo, workerId, workerInfo, workerView } from '../support/fleet.ts';

const LONG_MS = 1e9;

/** Two workers; one session on w1. */
async function open() {
  const clock = createFakeClock();
  const registry = createMemoryRegistry({ clock });
  for (const id of ['w1', 'w2']) await registry.registration.register(workerInfo(id), LONG_MS);
  await registry.ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: LONG_MS });
  const told: string[] = [];
  const waiting = {
    ...{ fleet: registry.fleet, registry, clock, timeoutMs: undefined as number | undefined },
    signal: new AbortController().signal,
    onProgress: ({ id, activeSessions }: { readonly id: string; readonly activeSessions: number }) =>
      void told.push(`${id} ${String(activeSessions)}`),
  };
  const find = (...ids: string[]) => findWorkers(registry.fleet, ids);
  return { clock, registry, told, waiting, find };
}

describe('the workers an operator names', () => {
  it('are looked up in their order, each once', async () => {
    const { find } = await open();
    expect((await find('w2', 'w1', 'w2')).map(({ id }) => id)).toEqual(['w2', 'w1']);
  });

  it('[CTL-11] are all known, or none is asked; the nearest name is told', async () => {
    const { find } = await open();
    await expect(find('w1', 'w3')).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no worker w3; nothing was changed',
      hint: 'Did you mean w1? List them with: rt workers list',
    });
    await expect(find('gpu-17')).rejects.toMatchObject({ hint: 'List them with: rt workers list' });
  });
});

describe('a wish', () => {
  it.each<{ status: WorkerStatus; standing: WorkerWish; wish: WorkerWish; outcome: string }>([
    { status: 'ready', standing: 'none', wish: 'cordon', outcome: 'asked' },
    { status: 'busy', standing: 'cordon', wish: 'drain', outcome: 'asked' },
    { status: 'busy', standing: 'cordon', wish: 'cordon', outcome: 'unchanged' },
    { status: 'busy', standing: 'drain', wish: 'cordon', outcome: 'unchanged' },
    { status: 'draining', standing: 'none', wish: 'drain', outcome: 'unchanged' },
    { status: 'draining', standing: 'none', wish: 'cordon', outcome: 'unchanged' },
    { status: 'offline', standing: 'none', wish: 'drain', outcome: 'offline' },
    { status: 'busy', standing: 'drain', wish: 'none', outcome: 'asked' },
    { status: 'ready', standing: 'none', wish: 'none', outcome: 'unchanged' },
    { status: 'draining', standing: 'drain', wish: 'none', outcome: 'too_late' },
    { status: 'draining', standing: 'none', wish: 'none', outcome: 'too_late' },
    { status: 'offline', standing: 'cordon', wish: 'none', outcome: 'asked' },
  ])('[CTL-1] of a worker that is $status with $standing for $wish is $outcome', (row) => {
    expect(outcomeOf({ status: row.status, wish: row.standing }, row.wish)).toBe(row.outcome);
  });

  it('[CTL-11] is not written by a dry run', async () => {
    const { registry, find } = await open();
    const asked = await wishWorkers(registry.control, await find('w1'), { wish: 'drain', isDryRun: true });
    expect(asked).toMatchObject([{ outcome: 'would_ask' }]);
    expect((await find('w1'))[0]).toMatchObject({ wish: 'none' });
  });

  it('tells the sessions that have nowhere to go', () => {
    const leaving = [workerView('w1', { activeSessions: 2 })];
    const room = workerView('w2', { capacity: 2, activeSessions: 1 });
    const closed = workerView('w3', { capacity: 9, wish: 'cordon', status: 'busy' });
    expect(sessionsWithoutRoom([...leaving, room, closed], leaving)).toBe(1);
    expect(sessionsWithoutRoom([...leaving, { ...room, capacity: 3 }], leaving)).toBe(0);
  });
});

describe('waiting for workers to leave', () => {
  it('[CTL-13] tells the sessions that are left, and ends when they have left or are lost', async () => {
    const { clock, registry, told, waiting, find } = await open();
    const workers = await find('w1', 'w2');
    const gone = awaitDeparture({ ...waiting, workers });
    await clock.advance(1000);
    await registry.ledger.release(progress(1), 'ended', 'done');
    await clock.advance(1000);
    await registry.registration.deregister(workerId('w1'));
    await registry.registration.beat(workerInfo('w2'), 100);
    await clock.advance(100);
    await registry.ledger.sweep();
    await clock.advance(1000);
    expect(await gone).toEqual(['left', 'lost']);
    expect(told).toEqual(['w1 1', 'w2 0', 'w1 0']);
  });

  it('[CTL-13] takes a process that was started under the same id for another one', async () => {
    const { clock, registry, waiting, find } = await open();
    const gone = awaitDeparture({ ...waiting, workers: await find('w1') });
    await registry.registration.deregister(workerId('w1'));
    await registry.registration.register(workerInfo('w1', { pid: 1 }), LONG_MS);
    await clock.advance(1000);
    expect(await gone).toEqual(['left']);
  });

  it('[CTL-13] gives up past its time, and says what is left', async () => {
    const { clock, waiting, find } = await open();
    const gone = awaitDeparture({ ...waiting, timeoutMs: 3000, workers: await find('w1', 'w2') });
    const refused = expect(gone).rejects.toMatchObject({
      code: 'timeout',
      message: 'Not drained within 3s: w1 (sessions left: 1), w2 (sessions left: 0)',
    });
    await clock.advance(3000);
    await refused;
    expect(clock.sleepers()).toBe(0);
  });
});

describe('removing workers', () => {
  it('[CTL-6] forgets who is gone, and whoever lives once it has drained', async () => {
    const { clock, registry, waiting, find } = await open();
    await registry.registration.beat(workerInfo('w2'), 0);
    await registry.ledger.sweep();
    const removed = removeWorkers({ ...waiting, workers: await find('w1', 'w2') });
    await clock.advance(1000);
    expect(await registry.registration.beat(workerInfo('w1'), LONG_MS)).toMatchObject({ wish: 'drain' });
    await registry.registration.deregister(workerId('w1'));
    await clock.advance(1000);
    expect(await removed).toMatchObject([{ outcome: 'removed' }, { outcome: 'removed' }]);
    expect(await registry.fleet.workers()).toEqual([]);
  });

  it('[CTL-6] does not forget one that was started again meanwhile', async () => {
    const { clock, registry, waiting, find } = await open();
    const removed = removeWorkers({ ...waiting, workers: await find('w1') });
    const refused = expect(removed).rejects.toMatchObject({ code: 'worker_id_taken' });
    await registry.registration.deregister(workerId('w1'));
    await registry.registration.register(workerInfo('w1', { pid: 1 }), LONG_MS);
    await clock.advance(1000);
    await refused;
    expect(await find('w1')).toMatchObject([{ pid: 1 }]);
  });
});

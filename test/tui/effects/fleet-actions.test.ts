import { describe, expect, it } from 'vitest';
import { createMemoryRegistry } from '../../../src/registry/memory-registry.ts';
import { fleetActions } from '../../../src/tui/effects/fleet-actions.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { sessionId, sessionInfo, workerId, workerInfo } from '../../support/fleet.ts';

const LEASE_MS = 6000;

async function fleet() {
  const registry = createMemoryRegistry({ clock: createFakeClock() });
  await registry.registration.register(workerInfo('w-1', { capacity: 2 }), LEASE_MS);
  await registry.registration.register(workerInfo('w-2', { capacity: 2 }), LEASE_MS);
  await registry.registration.deregister(workerId('w-2'));
  await registry.ledger.reserve(workerId('w-1'), sessionInfo(1), { leaseMs: LEASE_MS });
  return { registry, actions: fleetActions(registry.control) };
}

describe('what an operator does from the monitor', () => {
  it.each([
    ['drain', 'drain'],
    ['cordon', 'cordon'],
    ['uncordon', 'none'],
  ] as const)(
    '[TOP-23] %s stands in the registry, and the answer says how to undo it',
    async (verb, wish) => {
      const { registry, actions } = await fleet();
      expect(await actions[verb]('w-1')).toMatch(/^w-1 .*undo it/);
      expect((await registry.fleet.workers()).find(({ id }) => id === 'w-1')?.wish).toBe(wish);
    },
  );

  it('[TOP-23] says what was not changed, and why', async () => {
    const { actions } = await fleet();
    expect(await actions.drain('w-2')).toBe('nothing was changed: w-2 is offline');
    expect(await actions.cordon('w-9')).toBe('nothing was changed: no worker w-9 is known');
    expect(await actions.cordon('w 9')).toBe('nothing was changed: no worker w 9 is known');
    expect(await actions.end('sess_x')).toBe('nothing was changed: no session sess_x is known');
    expect(await actions.end(sessionId(2))).toContain('no session');
  });

  it('[TOP-23] asks the owner of a session to end it', async () => {
    const { registry, actions } = await fleet();
    expect(await actions.end(sessionId(1))).toContain('ends; it cannot be undone');
    await registry.ledger.release(
      { id: sessionId(1), epoch: sessionInfo(1).epoch, audioDuration: 1, committed: 0 },
      'ended',
      'ended_by_operator',
    );
    expect(await actions.end(sessionId(1))).toContain('has ended already');
  });
});

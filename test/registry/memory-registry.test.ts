import { describe, expect, it } from 'vitest';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import { describeControl } from '../contract/control-contract.ts';
import { describeRegistry, type RegistrySetup } from '../contract/registry-contract.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { progress, sessionId, sessionInfo, workerId, workerInfo } from '../support/fleet.ts';

async function open(): Promise<RegistrySetup> {
  const clock = createFakeClock();
  const registry = createMemoryRegistry({ clock });
  return { registry, advance: clock.advance, close: () => registry.stop() };
}

describeRegistry('memory', open);
describeControl('memory', open);

describe('memory registry', () => {
  it('[REG-18] ended sessions and offline workers stay readable for an hour', async () => {
    const clock = createFakeClock();
    const { registration, ledger, fleet } = createMemoryRegistry({ clock });
    await registration.register(workerInfo('w1'), 6000);
    await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: 15_000 });
    await ledger.release(progress(1), 'ended', 'done');
    await clock.advance(6000);
    await ledger.sweep();
    await clock.advance(3_590_000);
    expect(await fleet.session(sessionId(1))).toMatchObject({ status: 'ended' });
    await clock.advance(10_000);
    await ledger.sweep();
    expect(await fleet.session(sessionId(1))).toBeUndefined();
    expect(await fleet.workers()).toEqual([]);
  });

  it('[REG-20] the digest of a process that fell silent is gone after a minute', async () => {
    const clock = createFakeClock();
    const { snapshots, ledger, fleet } = createMemoryRegistry({ clock });
    await snapshots.publish('worker:w1', '{}');
    await clock.advance(60_000);
    await ledger.sweep();
    expect(await fleet.snapshot()).toEqual(new Map());
  });
});

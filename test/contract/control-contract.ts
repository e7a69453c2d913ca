/** What every registry promises operators (docs/keyspace.md, CTL-n); run against each implementation. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Registry, SlotPriority, WorkerView } from '../../src/registry/ports.ts';
import { NO_WISH } from '../../src/registry/worker-standing.ts';
import {
  ALL_RENEWED,
  GATEWAY,
  progress,
  renewal,
  sessionId,
  sessionInfo,
  workerId,
  workerInfo,
} from '../support/fleet.ts';
import type { RegistrySetup } from './registry-contract.ts';

const LONG_MS = 60_000;
const SHORT_MS = 80;
const PAST_SHORT_MS = 120;
const REASON = 'ended_by_operator';
const ONE = sessionId(1);

/** Runs the contract on what `open` gives. */
export function describeControl(name: string, open: () => Promise<RegistrySetup>): void {
  describe(`control contract: ${name}`, () => {
    let setup: RegistrySetup;
    let registry: Registry;

    beforeEach(async () => {
      setup = await open();
      registry = setup.registry;
      await registry.registration.register(workerInfo('w1'), LONG_MS);
    });
    afterEach(() => setup.close());

    const reserve = (session: number, priority: SlotPriority = 'normal', epoch = 1): Promise<string> =>
      registry.ledger.reserve(workerId('w1'), sessionInfo(session, { epoch }), {
        leaseMs: LONG_MS,
        priority,
      });
    const wish = (kind: 'none' | 'cordon' | 'drain', id = 'w1'): Promise<string> =>
      registry.control.wishWorker(workerId(id), kind);
    const beat = async (): Promise<string> => {
      const heard = await registry.registration.beat(workerInfo('w1'), LONG_MS);
      return heard === 'unknown' ? heard : heard.wish;
    };
    const worker = async (): Promise<WorkerView | undefined> =>
      (await registry.fleet.workers()).find(({ id }) => id === 'w1');
    /** As if the store had never heard of the worker. */
    const forget = async (): Promise<void> => {
      await registry.registration.deregister(workerId('w1'));
      expect(await registry.control.forgetWorker(workerId('w1'))).toBe('forgotten');
    };
    const renew = (session = 1, epoch = 1) =>
      registry.ledger.renew(GATEWAY, [renewal(session, 'w1', { epoch })], LONG_MS);

    it('[CTL-1] the last wish stands in the record until it is taken back, and the beat answers it', async () => {
      expect(await beat()).toBe('none');
      expect(await wish('drain')).toBe('asked');
      expect(await wish('cordon')).toBe('asked');
      expect(await worker()).toMatchObject({ wish: 'cordon', status: 'busy' });
      expect((await worker())?.wishedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
      expect([await beat(), await beat()]).toEqual(['cordon', 'cordon']);
      expect(await wish('none')).toBe('asked');
      expect(await beat()).toBe('none');
      expect(await worker()).toMatchObject({ wish: 'none', status: 'ready' });
      expect(await worker()).not.toHaveProperty('wishedAt');
    });

    it('[CTL-1] nobody is asked who is unknown or offline, and a wish is taken back from the latter', async () => {
      expect(await wish('drain', 'w9')).toBe('unknown');
      expect(await wish('none', 'w9')).toBe('unknown');
      await wish('cordon');
      await registry.registration.deregister(workerId('w1'));
      expect(await wish('drain')).toBe('offline');
      expect(await wish('none')).toBe('asked');
      await registry.registration.register(workerInfo('w1'), LONG_MS);
      expect(await worker()).toMatchObject({ wish: 'none', status: 'ready' });
    });

    it('[CTL-2] a cordoned worker takes no session it does not hold, and keeps those it does', async () => {
      await reserve(1);
      await wish('cordon');
      expect(await reserve(2)).toBe('full');
      expect(await reserve(2, 'replay')).toBe('full');
      expect(await reserve(1, 'replay', 2)).toBe('reserved');
      expect(await renew(1, 2)).toEqual(ALL_RENEWED);
      expect(await worker()).toMatchObject({ activeSessions: 1, status: 'busy' });
      await registry.ledger.release(progress(1, { epoch: 2 }), 'ended', 'done');
      expect(await worker()).toMatchObject({ activeSessions: 0, status: 'busy' });
      await wish('none');
      expect(await reserve(2)).toBe('reserved');
    });

    it('[CTL-3] a worker that is wished away takes nothing from then on, not even what it holds', async () => {
      await reserve(1);
      await wish('drain');
      for (const priority of ['normal', 'replay'] as const) {
        expect([await reserve(1, priority, 2), await reserve(2, priority)]).toEqual(['gone', 'gone']);
      }
      expect(await renew()).toEqual(ALL_RENEWED);
      expect(await worker()).toMatchObject({ activeSessions: 1, status: 'busy', wish: 'drain' });
    });

    it('[CTL-5] a wish to drain is not for the next process, a cordon is', async () => {
      await wish('drain');
      await registry.registration.register(workerInfo('w1'), LONG_MS);
      expect(await beat()).toBe('drain');
      await registry.registration.deregister(workerId('w1'));
      await registry.registration.register(workerInfo('w1', { pid: 1 }), LONG_MS);
      expect(await worker()).toMatchObject({ wish: 'none', status: 'ready' });
      await wish('cordon');
      await registry.registration.deregister(workerId('w1'));
      await registry.registration.register(workerInfo('w1', { pid: 2 }), LONG_MS);
      expect(await worker()).toMatchObject({ wish: 'cordon', status: 'busy' });
    });

    it('[CTL-16] a store that forgot a wish learns it from the worker that heard it, and a later one counts', async () => {
      await wish('cordon');
      const heard = await registry.registration.beat(workerInfo('w1'), LONG_MS);
      if (heard === 'unknown') throw new Error('forgotten too early');
      await forget();
      const standing = { isDraining: false, heard };
      expect(await registry.registration.register(workerInfo('w1'), LONG_MS, standing)).toBe('registered');
      expect(await worker()).toMatchObject({ wish: 'cordon', status: 'busy' });
      expect((await worker())?.wishedAt).toBe(new Date(heard.wishedMs).toISOString());
      expect(await reserve(1)).toBe('full');
      expect(await wish('none')).toBe('asked');
      expect(await registry.registration.beat(workerInfo('w1'), LONG_MS, standing)).toMatchObject({
        wish: 'none',
      });
      expect(await worker()).toMatchObject({ wish: 'none', status: 'ready' });
    });

    it('[CTL-16] a store that came back older is overruled by a beat, also about what was taken back', async () => {
      await wish('cordon');
      const wishedMs = Date.parse((await worker())?.wishedAt ?? '') + 1;
      const heard = { wish: 'none', wishedMs } as const;
      const standing = { isDraining: false, heard };
      expect(await registry.registration.beat(workerInfo('w1'), LONG_MS, standing)).toEqual(heard);
      expect(await worker()).toMatchObject({ wish: 'none', status: 'ready' });
      expect(await reserve(1)).toBe('reserved');
    });

    it('[CTL-16] a wish is later than those before it, also when the clock of the store went back', async () => {
      const ahead = { wish: 'cordon', wishedMs: Date.now() + 1e9 } as const;
      const standing = { isDraining: false, heard: ahead };
      expect(await registry.registration.beat(workerInfo('w1'), LONG_MS, standing)).toEqual(ahead);
      expect(await wish('none')).toBe('asked');
      expect(await registry.registration.beat(workerInfo('w1'), LONG_MS, standing)).toEqual({
        wish: 'none',
        wishedMs: ahead.wishedMs + 1,
      });
    });

    it('[CTL-17] a worker that drains registers so, and says so with each beat', async () => {
      await reserve(1);
      await forget();
      await renew();
      const standing = { isDraining: true, heard: NO_WISH };
      await registry.registration.register(workerInfo('w1'), LONG_MS, standing);
      expect(await worker()).toMatchObject({ status: 'draining', activeSessions: 1 });
      expect(await reserve(2, 'replay')).toBe('gone');
      await registry.registration.register(workerInfo('w1'), LONG_MS);
      await registry.registration.beat(workerInfo('w1'), LONG_MS, standing);
      await registry.registration.beat(workerInfo('w1'), LONG_MS, standing);
      expect(await worker()).toMatchObject({ status: 'draining' });
      const reported = (await registry.fleet.events(100)).filter(({ type }) => type.startsWith('worker.'));
      expect(reported.map(({ type }) => type)).toEqual([
        'worker.ready',
        'worker.offline',
        'worker.draining',
        'worker.ready',
        'worker.draining',
      ]);
    });

    it('[CTL-6] forgets a worker whose lease does not run, with its digest, and no other', async () => {
      await registry.snapshots.publish('worker:w1', '{}');
      expect(await registry.control.forgetWorker(workerId('w1'))).toBe('alive');
      expect(await registry.control.forgetWorker(workerId('w9'))).toBe('unknown');
      expect(await worker()).toBeDefined();
      await registry.registration.beat(workerInfo('w1'), SHORT_MS);
      await setup.advance(PAST_SHORT_MS);
      expect(await registry.control.forgetWorker(workerId('w1'))).toBe('forgotten');
      expect(await registry.fleet.workers()).toEqual([]);
      expect(await registry.fleet.snapshot()).toEqual(new Map());
      expect(await registry.control.forgetWorker(workerId('w1'))).toBe('unknown');
      expect(await registry.ledger.sweep()).toEqual([]);
    });

    it('[CTL-6] sessions of a forgotten worker stay, and are counted when it is back after all', async () => {
      await reserve(1);
      await registry.registration.deregister(workerId('w1'));
      expect(await registry.control.forgetWorker(workerId('w1'))).toBe('forgotten');
      expect(await registry.fleet.session(ONE)).toMatchObject({ status: 'active', workerId: 'w1' });
      expect(await renew()).toEqual(ALL_RENEWED);
      expect(await beat()).toBe('unknown');
      expect(await registry.fleet.workers()).toEqual([]);
      await registry.registration.register(workerInfo('w1'), LONG_MS);
      expect(await worker()).toMatchObject({ activeSessions: 1 });
      expect(await registry.ledger.release(progress(1), 'ended', 'done')).toBe('released');
      expect(await worker()).toMatchObject({ activeSessions: 0 });
    });

    it('[CTL-7] every renewal tells of a session that is to end, with the first reason', async () => {
      await reserve(1);
      await reserve(2);
      expect(await registry.control.endSession(ONE, REASON)).toBe('asked');
      expect(await registry.control.endSession(ONE, 'another')).toBe('asked');
      const both = [renewal(1, 'w1'), renewal(2, 'w1')];
      for (let count = 0; count < 2; count += 1) {
        expect(await registry.ledger.renew(GATEWAY, both, LONG_MS)).toEqual({
          lost: [],
          unwanted: [{ id: ONE, reason: REASON }],
        });
      }
      expect(await registry.fleet.session(ONE)).toMatchObject({ status: 'active', endRequested: REASON });
    });

    it('[CTL-7] who is not the owner any more is told only that; the new owner is told', async () => {
      await reserve(1);
      await registry.control.endSession(ONE, REASON);
      await reserve(1, 'normal', 2);
      expect(await renew()).toEqual({ lost: [ONE], unwanted: [] });
      expect(await renew(1, 2)).toEqual({ lost: [], unwanted: [{ id: ONE, reason: REASON }] });
    });

    it('[CTL-7] a session that has ended, or never was, is not asked', async () => {
      expect(await registry.control.endSession(ONE, REASON)).toBe('unknown');
      await reserve(1);
      await registry.ledger.release(progress(1), 'ended', 'completed');
      expect(await registry.control.endSession(ONE, REASON)).toBe('already-ended');
      expect(await registry.fleet.session(ONE)).toMatchObject({ status: 'ended', endReason: 'completed' });
      expect(await registry.fleet.session(ONE)).not.toHaveProperty('endRequested');
    });
  });
}

/** What every registry promises (docs/keyspace.md); run against each implementation. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  FleetEvent,
  Registry,
  SessionInfo,
  SessionView,
  SlotClaim,
  WorkerHolder,
  WorkerView,
} from '../../src/registry/ports.ts';
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

/** A fresh, empty registry and a way to let its time pass. */
export interface RegistrySetup {
  readonly registry: Registry;
  readonly advance: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Long enough never to end within a test, whatever the clock. */
const LONG_MS = 60_000;
/** Ends within a test that waits for real time. */
const SHORT_MS = 80;
const PAST_SHORT_MS = 120;

/** Runs the contract on what `open` gives. */
export function describeRegistry(name: string, open: () => Promise<RegistrySetup>): void {
  describe(`registry contract: ${name}`, () => {
    let setup: RegistrySetup;
    let registry: Registry;

    beforeEach(async () => {
      setup = await open();
      registry = setup.registry;
    });
    afterEach(() => setup.close());

    const register = (id: string, changes = {}, leaseMs = LONG_MS): Promise<'registered' | WorkerHolder> =>
      registry.registration.register(workerInfo(id, changes), leaseMs);
    const reserve = (
      id: string,
      session: number,
      { leaseMs = LONG_MS, priority, ...changes }: Partial<SessionInfo & SlotClaim> = {},
    ): Promise<string> =>
      registry.ledger.reserve(workerId(id), sessionInfo(session, changes), {
        leaseMs,
        ...(priority && { priority }),
      });
    const worker = async (id: string): Promise<WorkerView | undefined> =>
      (await registry.fleet.workers()).find((view) => view.id === id);
    const session = (number: number): Promise<SessionView | undefined> =>
      registry.fleet.session(sessionId(number));
    const types = (events: readonly FleetEvent[]): string[] => events.map(({ type }) => type);

    async function events(): Promise<FleetEvent[]> {
      await registry.ledger.note({ type: 'reject', reason: 'end of test' });
      const seen: FleetEvent[] = [];
      const stop = new AbortController();
      for await (const event of registry.fleet.watch(stop.signal, 1000)) {
        if (event.reason === 'end of test') break;
        seen.push(event);
      }
      stop.abort();
      return seen;
    }

    describe('workers', () => {
      it('[REG-1] a registered worker is listed with what it said and the time of its beat', async () => {
        const info = workerInfo('w1', { gpuMemoryUsed: '4.2GB', gpuMemoryTotal: '24GB', capacity: 7 });
        expect(await registry.registration.register(info, LONG_MS)).toBe('registered');
        const expected = { ...info, status: 'ready', activeSessions: 0 };
        expect(await registry.ledger.workers()).toEqual([expect.objectContaining(expected)]);
        expect(await registry.fleet.workers()).toEqual([expect.objectContaining(expected)]);
        expect((await worker('w1'))?.lastHeartbeat).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      });

      it.each([{ pid: 1 }, { host: 'host-b' }, { startedAt: '2025-02-02T00:00:00.000Z' }])(
        '[REG-2] an id is taken while another process lives: %o',
        async (other) => {
          await register('w1');
          expect(await register('w1', { ...other, endpoint: 'ws://elsewhere:1' })).toEqual({
            host: 'host-a',
            pid: 4242,
          });
          expect((await worker('w1'))?.endpoint).toBe('ws://127.0.0.1:9000');
          expect(await register('w1')).toBe('registered');
          expect(types(await events())).toEqual(['worker.ready']);
        },
      );

      it('[REG-2] an id is free once its lease ended, and that end is reported', async () => {
        await register('w1', {}, SHORT_MS);
        await setup.advance(PAST_SHORT_MS);
        expect(await register('w1', { pid: 1 })).toBe('registered');
        expect(types(await events())).toEqual(['worker.ready', 'worker.offline', 'worker.ready']);
      });

      it('[REG-3] a beat keeps a worker alive and updates its record', async () => {
        await register('w1', {}, SHORT_MS);
        const info = workerInfo('w1', { gpuMemoryUsed: '1GB' });
        expect(await registry.registration.beat(info, LONG_MS)).toEqual(NO_WISH);
        await setup.advance(PAST_SHORT_MS);
        expect(await registry.ledger.sweep()).toEqual([]);
        expect(await worker('w1')).toMatchObject({ status: 'ready', gpuMemoryUsed: '1GB' });
      });

      it('[REG-3] a beat of an unregistered, offline or replaced worker is unknown', async () => {
        expect(await registry.registration.beat(workerInfo('w1'), LONG_MS)).toBe('unknown');
        expect(await registry.fleet.workers()).toEqual([]);
        await register('w1');
        expect(await registry.registration.beat(workerInfo('w1', { pid: 1 }), LONG_MS)).toBe('unknown');
        await registry.registration.deregister(workerId('w1'));
        expect(await registry.registration.beat(workerInfo('w1'), LONG_MS)).toBe('unknown');
        expect(await register('w1')).toBe('registered');
        expect(await registry.registration.beat(workerInfo('w1'), LONG_MS)).toEqual(NO_WISH);
      });

      it('[REG-7] a draining worker takes nothing new, through its beats, until it registers again', async () => {
        await register('w1');
        await reserve('w1', 1);
        await registry.registration.drain(workerId('w1'));
        await registry.registration.drain(workerId('w1'));
        expect(await registry.registration.beat(workerInfo('w1'), LONG_MS)).toEqual(NO_WISH);
        expect(await reserve('w1', 2)).toBe('gone');
        expect(await worker('w1')).toMatchObject({ status: 'draining', activeSessions: 1 });
        expect(await registry.ledger.renew(GATEWAY, [renewal(1, 'w1')], LONG_MS)).toEqual(ALL_RENEWED);
        await register('w1');
        expect(await reserve('w1', 2)).toBe('reserved');
        const reported = types(await events());
        expect(reported.filter((type) => type.startsWith('worker.'))).toEqual([
          'worker.ready',
          'worker.draining',
          'worker.ready',
        ]);
      });

      it('[REG-8] deregistering removes the worker, reports once and leaves sessions to their owners', async () => {
        await register('w1');
        await reserve('w1', 1);
        await registry.registration.deregister(workerId('w1'));
        await registry.registration.deregister(workerId('w1'));
        expect(await registry.ledger.workers()).toEqual([]);
        expect(await reserve('w1', 2)).toBe('gone');
        expect(await session(1)).toMatchObject({ status: 'active', workerId: 'w1' });
        expect(await registry.ledger.sweep()).toEqual([]);
        expect(await registry.ledger.release(progress(1), 'ended', 'done')).toBe('released');
        expect(types(await events()).filter((type) => type === 'worker.offline')).toHaveLength(1);
      });

      it('[REG-16] a worker whose lease ended gets nothing, is offline after a sweep, reported once', async () => {
        await register('w1', {}, SHORT_MS);
        await reserve('w1', 1);
        await setup.advance(PAST_SHORT_MS);
        expect(await reserve('w1', 2)).toBe('gone');
        expect(await registry.ledger.workers()).toEqual([]);
        const swept = await Promise.all([registry.ledger.sweep(), registry.ledger.sweep()]);
        expect(swept.flat()).toEqual([
          expect.objectContaining({ type: 'worker.offline', workerId: 'w1', reason: 'lease_expired' }),
        ]);
        expect(await worker('w1')).toMatchObject({ status: 'offline', activeSessions: 1 });
        expect(await session(1)).toMatchObject({ status: 'active', workerId: 'w1' });
        expect(await registry.registration.beat(workerInfo('w1'), LONG_MS)).toBe('unknown');
      });
    });

    describe('sessions', () => {
      beforeEach(async () => {
        await register('w1');
      });

      it('[REG-5] no more slots than the capacity, however many ask at once', async () => {
        const asked = Array.from({ length: 20 }, (_, i) => reserve('w1', i));
        const answers = await Promise.all(asked);
        expect(answers.filter((answer) => answer === 'reserved')).toHaveLength(2);
        expect(answers.filter((answer) => answer === 'full')).toHaveLength(18);
        expect(await registry.fleet.sessions()).toHaveLength(2);
      });

      it('[REG-6] counts are the set, and busy means full', async () => {
        await reserve('w1', 1);
        expect(await worker('w1')).toMatchObject({ activeSessions: 1, status: 'ready' });
        await reserve('w1', 2);
        expect(await worker('w1')).toMatchObject({ activeSessions: 2, status: 'busy' });
        await registry.registration.beat(workerInfo('w1', { capacity: 3 }), LONG_MS);
        expect(await worker('w1')).toMatchObject({ activeSessions: 2, status: 'ready' });
        await registry.registration.beat(workerInfo('w1', { capacity: 2 }), LONG_MS);
        await registry.ledger.release(progress(2), 'ended', 'done');
        expect(await worker('w1')).toMatchObject({ activeSessions: 1, status: 'ready' });
      });

      it('[REG-4] releasing twice frees one slot and the first outcome wins', async () => {
        await reserve('w1', 1);
        await reserve('w1', 2);
        const end = progress(1, { audioDuration: 12.5, committed: 200_000 });
        expect(await registry.ledger.release(end, 'ended', 'client_end')).toBe('released');
        expect(await registry.ledger.release(progress(1), 'error', 'late')).toBe('already-released');
        expect(await registry.ledger.release(progress(9), 'error', 'never')).toBe('already-released');
        expect(await worker('w1')).toMatchObject({ activeSessions: 1 });
        expect(await session(1)).toMatchObject({ status: 'ended', audioDuration: 12.5, committed: 200_000 });
        expect((await session(1))?.endedAt).toBeDefined();
        expect(types(await events()).filter((type) => type.startsWith('session.'))).toEqual([
          'session.started',
          'session.started',
          'session.ended',
        ]);
      });

      it('[REG-9] a lower epoch changes nothing', async () => {
        await register('w2');
        await reserve('w1', 1, { epoch: 5 });
        expect(await reserve('w2', 1, { epoch: 4 })).toBe('fenced');
        const stale = renewal(1, 'w2', { epoch: 4, committed: 777 });
        expect(await registry.ledger.renew(GATEWAY, [stale], LONG_MS)).toMatchObject({
          lost: [sessionId(1)],
        });
        expect(await registry.ledger.release(progress(1, { epoch: 4 }), 'ended', 'stale')).toBe('fenced');
        expect(await session(1)).toMatchObject({ status: 'active', workerId: 'w1', epoch: 5, committed: 0 });
        expect(await worker('w2')).toMatchObject({ activeSessions: 0 });
        expect(await registry.ledger.release(progress(1, { epoch: 5 }), 'ended', 'done')).toBe('released');
      });

      it('[REG-30] one slot in 20 is kept for sessions that lost their worker', async () => {
        await register('w1', { capacity: 40 });
        for (let number = 1; number <= 38; number += 1) expect(await reserve('w1', number)).toBe('reserved');
        expect(await worker('w1')).toMatchObject({ activeSessions: 38, status: 'busy' });
        expect(await reserve('w1', 39)).toBe('full');
        expect(await reserve('w1', 39, { priority: 'replay' })).toBe('reserved');
        expect(await reserve('w1', 40, { priority: 'replay' })).toBe('reserved');
        expect(await reserve('w1', 41, { priority: 'replay' })).toBe('full');
        expect(await reserve('w1', 40)).toBe('reserved');
        for (const number of [1, 2]) await registry.ledger.release(progress(number), 'ended', 'done');
        expect(await worker('w1')).toMatchObject({ activeSessions: 38, status: 'busy' });
        expect(await reserve('w1', 41)).toBe('full');
        await registry.ledger.release(progress(3), 'ended', 'done');
        expect(await worker('w1')).toMatchObject({ activeSessions: 37, status: 'ready' });
        expect(await reserve('w1', 41)).toBe('reserved');
      });

      it('[REG-30] a worker of fewer than 20 slots keeps none', async () => {
        await register('w1', { capacity: 19 });
        for (let number = 1; number <= 19; number += 1) expect(await reserve('w1', number)).toBe('reserved');
        expect(await reserve('w1', 20, { priority: 'replay' })).toBe('full');
      });

      it('[REG-10] reserving elsewhere moves the session', async () => {
        await register('w2');
        await reserve('w1', 1, { room: 'r1', speaker: 'ann' });
        expect(await reserve('w2', 1, { epoch: 2 })).toBe('reserved');
        expect(await worker('w1')).toMatchObject({ activeSessions: 0 });
        expect(await worker('w2')).toMatchObject({ activeSessions: 1 });
        expect(await session(1)).toMatchObject({ workerId: 'w2', epoch: 2, failovers: 1, room: 'r1' });
        expect(await events()).toContainEqual(
          expect.objectContaining({ type: 'failover', workerId: 'w2', sessionId: sessionId(1) }),
        );
      });

      it('[REG-10] a move that finds no slot leaves the session where it is', async () => {
        await register('w2', { capacity: 0 });
        await reserve('w1', 1);
        expect(await reserve('w2', 1, { epoch: 2 })).toBe('full');
        expect(await session(1)).toMatchObject({ workerId: 'w1', epoch: 1, failovers: 0 });
      });

      it('[REG-11] reserving again takes no second slot, not even of a full worker', async () => {
        await reserve('w1', 1);
        await reserve('w1', 2);
        expect(await reserve('w1', 2)).toBe('reserved');
        expect(await reserve('w1', 3)).toBe('full');
        expect(await worker('w1')).toMatchObject({ activeSessions: 2 });
      });

      it('[REG-12] a renewal keeps the lease and writes progress', async () => {
        await reserve('w1', 1, { leaseMs: SHORT_MS });
        const said = renewal(1, 'w1', { audioDuration: 3.5, committed: 48_000 });
        expect(await registry.ledger.renew(GATEWAY, [said], LONG_MS)).toEqual(ALL_RENEWED);
        await setup.advance(PAST_SHORT_MS);
        expect(await registry.ledger.sweep()).toEqual([]);
        expect(await session(1)).toMatchObject({ audioDuration: 3.5, committed: 48_000 });
      });

      it('[REG-12] a renewal of a session the store never saw creates it', async () => {
        expect(await registry.ledger.renew(GATEWAY, [renewal(1, 'w1')], LONG_MS)).toEqual(ALL_RENEWED);
        expect(await registry.fleet.sessions()).toEqual([
          expect.objectContaining({ id: sessionId(1), workerId: 'w1', gatewayId: GATEWAY, failovers: 0 }),
        ]);
        expect(await worker('w1')).toMatchObject({ activeSessions: 1 });
      });

      it('[REG-13] a renewal returns released and overtaken sessions, and only those', async () => {
        await reserve('w1', 1);
        await reserve('w1', 2, { epoch: 2 });
        await registry.ledger.release(progress(1), 'error', 'asr_failed');
        const said = [renewal(1, 'w1'), renewal(2, 'w1', { epoch: 1 }), renewal(3, 'w1')];
        expect(await registry.ledger.renew(GATEWAY, said, LONG_MS)).toEqual({
          lost: [sessionId(1), sessionId(2)],
          unwanted: [],
        });
        expect(await session(1)).toMatchObject({ status: 'error' });
        expect(await session(3)).toMatchObject({ status: 'active' });
      });

      it('[REG-14] an owner that was only unheard gets its swept session back', async () => {
        await reserve('w1', 1, { leaseMs: SHORT_MS });
        await setup.advance(PAST_SHORT_MS);
        await registry.ledger.sweep();
        expect(await registry.ledger.renew(GATEWAY, [renewal(1, 'w1')], LONG_MS)).toEqual(ALL_RENEWED);
        expect(await session(1)).toMatchObject({ status: 'active' });
        expect((await session(1))?.endedAt).toBeUndefined();
        expect(await worker('w1')).toMatchObject({ activeSessions: 1 });
        expect(await registry.ledger.release(progress(1), 'ended', 'done')).toBe('released');
      });

      it('[REG-15] a session whose lease ended is freed and reported once by concurrent sweeps', async () => {
        await reserve('w1', 1, { leaseMs: SHORT_MS });
        await reserve('w1', 2);
        await setup.advance(PAST_SHORT_MS);
        const swept = await Promise.all([1, 2, 3, 4].map(() => registry.ledger.sweep()));
        expect(swept.flat()).toEqual([
          expect.objectContaining({
            type: 'session.error',
            sessionId: sessionId(1),
            workerId: 'w1',
            gatewayId: GATEWAY,
            reason: 'lease_expired',
          }),
        ]);
        expect(await session(1)).toMatchObject({ status: 'error' });
        expect(await worker('w1')).toMatchObject({ activeSessions: 1 });
        expect(await registry.ledger.release(progress(1), 'ended', 'late')).toBe('already-released');
      });
    });

    describe('what others see', () => {
      it('[REG-19] watch yields older events first, then new ones, and ends when aborted', async () => {
        await register('w1');
        await registry.registration.drain(workerId('w1'));
        const stop = new AbortController();
        const watching = registry.fleet.watch(stop.signal, 1)[Symbol.asyncIterator]();
        expect((await watching.next()).value).toMatchObject({ type: 'worker.draining', workerId: 'w1' });
        const next = watching.next();
        await registry.ledger.note({ type: 'reject', gatewayId: GATEWAY, reason: 'no_capacity' });
        const { value } = (await next) as { value: FleetEvent };
        expect(value).toEqual({ type: 'reject', gatewayId: GATEWAY, reason: 'no_capacity', at: value.at });
        expect(new Date(value.at).toISOString()).toBe(value.at);
        const end = watching.next();
        stop.abort();
        expect(await end).toEqual({ done: true, value: undefined });
      });

      it('[REG-19] events are the newest ones, oldest first', async () => {
        expect(await registry.fleet.events(10)).toEqual([]);
        await register('w1');
        await registry.ledger.note({ type: 'reject', gatewayId: GATEWAY, reason: 'no_capacity' });
        await registry.registration.drain(workerId('w1'));
        const types = async (count: number): Promise<readonly string[]> =>
          (await registry.fleet.events(count)).map(({ type }) => type);
        expect(await types(10)).toEqual(['worker.ready', 'reject', 'worker.draining']);
        expect(await types(2)).toEqual(['reject', 'worker.draining']);
        expect(await types(0)).toEqual([]);
      });

      it('[REG-20] the snapshot holds the last digest of each process until it is removed', async () => {
        await registry.snapshots.publish('worker:w1', '{"step":1}');
        await registry.snapshots.publish('gateway:g1', '{}');
        await registry.snapshots.publish('worker:w1', '{"step":2}');
        await registry.ledger.sweep();
        expect(await registry.fleet.snapshot()).toEqual(
          new Map([
            ['worker:w1', '{"step":2}'],
            ['gateway:g1', '{}'],
          ]),
        );
        await registry.snapshots.remove('worker:w1');
        expect([...(await registry.fleet.snapshot()).keys()]).toEqual(['gateway:g1']);
      });
    });
  });
}

import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { Registry, SessionLedger } from '../../src/registry/ports.ts';
import { createRouter } from '../../src/router/acquire.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { progress, sessionId, sessionInfo, workerId, workerInfo } from '../support/fleet.ts';

const LONG_MS = 60_000;
const never = new AbortController().signal;

describe('acquire', () => {
  let clock: FakeClock;
  let registry: Registry;
  beforeEach(() => {
    clock = createFakeClock();
    registry = createMemoryRegistry({ clock });
  });

  const register = (id: string, changes = {}): Promise<unknown> =>
    registry.registration.register(workerInfo(id, changes), LONG_MS);
  const request = (session: number, changes = {}) => ({
    session: sessionInfo(session, changes),
    protocol: 1,
  });

  /** The ledger, with a say before each call. */
  function intercepted(before: (call: 'workers' | 'reserve') => Promise<void> | void): SessionLedger {
    const { ledger } = registry;
    return {
      ...ledger,
      workers: async () => (await before('workers'), ledger.workers()),
      reserve: async (...args) => (await before('reserve'), ledger.reserve(...args)),
    };
  }

  it('[RTR-2] allocates a worker that serves the model and says where it is', async () => {
    await register('w1', { endpoint: 'ws://10.0.0.1:9000', models: ['rt-tiny-en', 'fast'] });
    const router = createRouter({ ledger: registry.ledger });
    expect(await router.acquire(request(1), never)).toEqual({
      type: 'allocated',
      sessionId: sessionId(1),
      workerId: 'w1',
      endpoint: 'ws://10.0.0.1:9000',
      model: 'fast',
    });
    expect(await registry.fleet.session(sessionId(1))).toMatchObject({ workerId: 'w1', status: 'active' });
  });

  it('[RTR-2] never a worker the caller excludes', async () => {
    await register('w1');
    const router = createRouter({ ledger: registry.ledger });
    const refused = await router.acquire({ ...request(1), exclude: new Set(['w1']) }, never);
    expect(refused.type).toBe('no-capacity');
  });

  it('[RTR-3] asks the next worker when one filled up meanwhile', async () => {
    await register('w1', { capacity: 3 });
    await register('w2', { capacity: 1 });
    let asked = 0;
    const ledger = intercepted(async (call) => {
      if (call !== 'reserve' || ++asked > 1) return;
      for (const n of [7, 8, 9])
        await registry.ledger.reserve(workerId('w1'), sessionInfo(n), { leaseMs: LONG_MS });
    });
    expect(await createRouter({ ledger }).acquire(request(1), never)).toMatchObject({ workerId: 'w2' });
  });

  it('[RTR-3] looks once more before giving up', async () => {
    await register('w1', { capacity: 1 });
    await registry.ledger.reserve(workerId('w1'), sessionInfo(9), { leaseMs: LONG_MS });
    let looks = 0;
    const ledger = intercepted(async (call) => {
      if (call === 'workers' && ++looks === 2) await registry.ledger.release(progress(9), 'ended', 'done');
    });
    expect(await createRouter({ ledger }).acquire(request(1), never)).toMatchObject({ type: 'allocated' });
    expect(await createRouter({ ledger }).acquire(request(2), never)).toMatchObject({ type: 'no-capacity' });
    expect(looks).toBe(4);
  });

  it.each([
    [0, 1000],
    [0.5, 2000],
    [0.999_999, 3000],
  ])('[RTR-4] no slot: come back in 1 to 3 s (%d)', async (random, retryAfterMs) => {
    await register('w1', { capacity: 0 });
    const router = createRouter({ ledger: registry.ledger, random: () => random });
    expect(await router.acquire(request(1), never)).toEqual({ type: 'no-capacity', retryAfterMs });
  });

  it('[RTR-5] tells a name nobody ever served from one nobody serves now', async () => {
    const router = createRouter({ ledger: registry.ledger });
    const ask = async (model: string): Promise<string> =>
      (await router.acquire(request(1, { model }), never)).type;
    expect(await ask('parakeet')).toBe('no-capacity');
    await register('w1', { models: ['rt-tiny-en'] });
    expect(await ask('parakeet')).toBe('unknown-model');
    expect(await ask('accurate')).toBe('no-capacity');
    await register('w2', { models: ['parakeet'] });
    expect(await ask('parakeet')).toBe('allocated');
    await registry.registration.deregister(workerId('w2'));
    expect(await ask('parakeet')).toBe('no-capacity');
  });

  it('[RTR-7] gives the slot back when the caller gave up while it was being claimed', async () => {
    await register('w1');
    const stop = new AbortController();
    const ledger = intercepted((call) => {
      if (call === 'reserve') stop.abort(new Error('client left'));
    });
    await expect(createRouter({ ledger }).acquire(request(1), stop.signal)).rejects.toThrow('client left');
    expect((await registry.fleet.workers())[0]).toMatchObject({ activeSessions: 0 });
    expect(await registry.fleet.session(sessionId(1))).toMatchObject({ status: 'ended' });
  });

  it('[RTR-10] what one session was refused, another asks last, and first again after 10 s', async () => {
    await register('w1', { capacity: 100 });
    await register('w2', { capacity: 4 });
    const router = createRouter({ ledger: registry.ledger, clock });
    const worker = async (session: number, exclude: string[] = []): Promise<unknown> => {
      const answer = await router.acquire({ ...request(session), exclude: new Set(exclude) }, never);
      return answer.type === 'allocated' ? answer.workerId : answer.type;
    };
    expect(await worker(1)).toBe('w1');
    expect(await worker(1, ['w1'])).toBe('w2');
    expect(await worker(2)).toBe('w2');
    await registry.ledger.reserve(workerId('w2'), sessionInfo(8), { leaseMs: LONG_MS });
    await registry.ledger.reserve(workerId('w2'), sessionInfo(9), { leaseMs: LONG_MS });
    expect(await worker(3)).toBe('w1');
    await registry.ledger.release(progress(9), 'ended', 'done');
    await clock.advance(9999);
    expect(await worker(4)).toBe('w2');
    await clock.advance(1);
    expect(await worker(5)).toBe('w1');
  });

  it('[RTR-11] a session that lost its worker takes a slot that new ones are refused', async () => {
    await register('w1', { capacity: 20 });
    const router = createRouter({ ledger: registry.ledger });
    const ask = async (session: number, priority?: 'normal' | 'replay'): Promise<string> =>
      (await router.acquire({ ...request(session), ...(priority && { priority }) }, never)).type;
    for (let session = 1; session <= 19; session += 1) expect(await ask(session)).toBe('allocated');
    expect(await ask(20)).toBe('no-capacity');
    expect(await ask(20, 'replay')).toBe('allocated');
    expect(await ask(21, 'replay')).toBe('no-capacity');
    expect((await registry.fleet.workers())[0]).toMatchObject({ activeSessions: 20, status: 'busy' });
  });

  it('[RTR-8] refuses a session that has a newer owner', async () => {
    await register('w1');
    const router = createRouter({ ledger: registry.ledger });
    await router.acquire(request(1, { epoch: 2 }), never);
    await expect(router.acquire(request(1), never)).rejects.toMatchObject({ code: 'superseded' });
  });
});

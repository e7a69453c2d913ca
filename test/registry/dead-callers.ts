/** For every script: who calls it, what was there, and what is to be found when the caller died in the middle of it. */
import { expect } from 'vitest';
import type { Registry, WorkerView } from '../../src/registry/ports.ts';
import type { ScriptAnswers } from '../../src/registry/scripts.ts';
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
import type { Moment } from '../support/script-gate.ts';
import { type Books, endLeases, type Ends } from './books.ts';

export interface DeadCaller {
  /** Who dies, and doing what. */
  readonly who: string;
  readonly given: (store: Registry, books: Books) => Promise<unknown>;
  readonly call: (dying: Registry) => Promise<unknown>;
  /** The call of the script it dies in, where one operation makes several. */
  readonly nth?: number;
  /** What nobody renews any more. */
  readonly ends: Ends;
  /** Events that were there before; then those that come of it, where Redis never heard of the call and where it did. */
  readonly before: readonly string[];
  readonly unheard: readonly string[];
  readonly done: readonly string[];
  /** What those who live find, and do about it. */
  readonly then: (store: Registry, moment: Moment) => Promise<unknown>;
}

const LONG_MS = 60_000;
const [W1, W2] = [workerId('w1'), workerId('w2')];
const READY = 'worker.ready';
const STARTED = 'session.started';
const LAPSED = 'session.error lease_expired';
const WORKER_LAPSED = 'worker.offline lease_expired';

const register = async (store: Registry, ...ids: readonly string[]): Promise<void> => {
  for (const id of ids) await store.registration.register(workerInfo(id), LONG_MS);
};
const reserve = (store: Registry, worker = W1, epoch = 1): Promise<string> =>
  store.ledger.reserve(worker, sessionInfo(1, { epoch }), { leaseMs: LONG_MS });
const withSession = async (store: Registry): Promise<void> => {
  await register(store, 'w1');
  await reserve(store);
};
const withSessionAndRoom = async (store: Registry): Promise<void> => {
  await withSession(store);
  await register(store, 'w2');
};
const workerOf = async (store: Registry, id: string): Promise<WorkerView | undefined> =>
  (await store.fleet.workers()).find((worker) => worker.id === id);

/** The next process under the id of a dead worker may serve. */
const nextProcess = async (store: Registry): Promise<void> => {
  const next = workerInfo('w1', { pid: 1 });
  expect(await store.registration.register(next, LONG_MS)).toBe('registered');
};
/** The session is its gateway's, which takes it elsewhere as if nothing had been. */
const moves = async (store: Registry): Promise<void> => {
  expect(await reserve(store, W2, 2)).toBe('reserved');
  expect(await store.ledger.release(progress(1, { epoch: 2 }), 'ended', 'done')).toBe('released');
};
/** Nothing can be done to the session by whoever wakes up again and thinks that it runs. */
const isOver = async (store: Registry): Promise<void> => {
  expect(await store.ledger.release(progress(1, { epoch: 2 }), 'ended', 'late')).toBe('already-released');
};

const workers: readonly (readonly [keyof ScriptAnswers, readonly DeadCaller[]])[] = [
  [
    'register',
    [
      {
        who: 'a worker that starts',
        given: () => Promise.resolve(),
        call: ({ registration }) => registration.register(workerInfo('w1'), LONG_MS),
        ends: { workers: ['w1'] },
        before: [],
        unheard: [],
        done: [READY, WORKER_LAPSED],
        then: nextProcess,
      },
    ],
  ],
  [
    'beat',
    [
      {
        who: 'a worker that holds a session',
        given: withSessionAndRoom,
        call: ({ registration }) => registration.beat(workerInfo('w1'), LONG_MS),
        ends: { workers: ['w1'] },
        before: [READY, STARTED, READY],
        unheard: [WORKER_LAPSED],
        done: [WORKER_LAPSED],
        then: moves,
      },
    ],
  ],
  [
    'drain',
    [
      {
        who: 'a worker that begins to drain',
        given: withSessionAndRoom,
        call: ({ registration }) => registration.drain(W1),
        ends: { workers: ['w1'] },
        before: [READY, STARTED, READY],
        unheard: [WORKER_LAPSED],
        done: ['worker.draining', WORKER_LAPSED],
        then: moves,
      },
    ],
  ],
  [
    'deregister',
    [
      {
        who: 'a worker that has drained',
        given: withSessionAndRoom,
        call: ({ registration }) => registration.deregister(W1),
        ends: { workers: ['w1'] },
        before: [READY, STARTED, READY],
        unheard: [WORKER_LAPSED],
        done: ['worker.offline deregistered'],
        async then(store) {
          await moves(store);
          await nextProcess(store);
        },
      },
    ],
  ],
  [
    'publish',
    [
      {
        who: 'a process that tells of itself',
        given: () => Promise.resolve(),
        call: ({ snapshots }) => snapshots.publish('gateway:g1', '{}'),
        ends: { digests: ['gateway:g1'] },
        before: [],
        unheard: [],
        done: [],
        then: async ({ fleet }) => expect(await fleet.snapshot()).toEqual(new Map()),
      },
    ],
  ],
];

const sessions: readonly (readonly [keyof ScriptAnswers, readonly DeadCaller[]])[] = [
  [
    'reserve',
    [
      {
        who: 'a gateway that opens a session',
        given: (store) => register(store, 'w1'),
        call: reserve,
        ends: { sessions: [1] },
        before: [READY],
        unheard: [],
        done: [STARTED, LAPSED],
        then: isOver,
      },
      {
        who: 'a gateway that moves a session',
        given: withSessionAndRoom,
        call: (store) => reserve(store, W2, 2),
        ends: { sessions: [1] },
        before: [READY, STARTED, READY],
        unheard: [LAPSED],
        done: ['failover from w1', LAPSED],
        then: isOver,
      },
      {
        who: 'a gateway that takes a session over from another one',
        given: withSessionAndRoom,
        call: (store) => reserve(store, W2, 2),
        ends: {},
        before: [READY, STARTED, READY],
        unheard: [],
        done: ['failover from w1'],
        async then({ ledger }, moment) {
          // Whoever had it keeps it unless it changed hands; then nobody renews it.
          const renewed = await ledger.renew(GATEWAY, [renewal(1, 'w1')], LONG_MS);
          expect(renewed).toEqual(moment === 'before' ? ALL_RENEWED : { lost: [sessionId(1)], unwanted: [] });
        },
      },
    ],
  ],
  [
    'renew',
    [
      {
        who: 'a gateway that renews three sessions, in the second',
        async given(store) {
          await store.registration.register(workerInfo('w1', { capacity: 3 }), LONG_MS);
          for (const number of [1, 2, 3]) {
            await store.ledger.reserve(W1, sessionInfo(number), { leaseMs: LONG_MS });
          }
        },
        call: ({ ledger }) =>
          ledger.renew(GATEWAY, [renewal(1, 'w1'), renewal(2, 'w1'), renewal(3, 'w1')], LONG_MS),
        nth: 2,
        ends: { sessions: [1, 2, 3] },
        before: [READY, STARTED, STARTED, STARTED],
        unheard: [LAPSED, LAPSED, LAPSED],
        done: [LAPSED, LAPSED, LAPSED],
        then: isOver,
      },
      {
        who: 'a gateway that comes back to a session that was swept',
        async given(store, books) {
          await withSession(store);
          await endLeases(books, { sessions: [1] });
          await store.ledger.sweep();
        },
        call: ({ ledger }) => ledger.renew(GATEWAY, [renewal(1, 'w1')], LONG_MS),
        ends: { sessions: [1] },
        before: [READY, STARTED, LAPSED],
        unheard: [],
        done: ['session.started owner_returned', LAPSED],
        then: isOver,
      },
    ],
  ],
  [
    'release',
    [
      {
        who: 'a gateway whose session is over',
        given: withSession,
        call: ({ ledger }) => ledger.release(progress(1), 'ended', 'completed'),
        ends: { sessions: [1] },
        before: [READY, STARTED],
        unheard: [LAPSED],
        done: ['session.ended completed'],
        then: isOver,
      },
    ],
  ],
  [
    'sweep',
    [
      {
        who: 'a router that sweeps',
        async given(store, books) {
          await withSessionAndRoom(store);
          await store.snapshots.publish('worker:w1', '{}');
          await endLeases(books, { workers: ['w1'], sessions: [1], digests: ['worker:w1'] });
        },
        call: ({ ledger }) => ledger.sweep(),
        ends: {},
        before: [READY, STARTED, READY],
        unheard: [WORKER_LAPSED, LAPSED],
        done: [WORKER_LAPSED, LAPSED],
        async then(store) {
          expect(await store.fleet.snapshot()).toEqual(new Map());
          await isOver(store);
        },
      },
    ],
  ],
];

const operators: readonly (readonly [keyof ScriptAnswers, readonly DeadCaller[]])[] = [
  [
    'wish',
    [
      {
        who: 'an operator who cordons',
        given: withSession,
        call: ({ control }) => control.wishWorker(W1, 'cordon'),
        ends: {},
        before: [READY, STARTED],
        unheard: [],
        done: [],
        async then(store, moment) {
          expect((await workerOf(store, 'w1'))?.wish).toBe(moment === 'before' ? 'none' : 'cordon');
          expect(await store.control.wishWorker(W1, 'cordon')).toBe('asked');
          expect(await workerOf(store, 'w1')).toMatchObject({ wish: 'cordon', activeSessions: 1 });
        },
      },
    ],
  ],
  [
    'end',
    [
      {
        who: 'an operator who ends a session',
        given: withSession,
        call: ({ control }) => control.endSession(sessionId(1), 'ended_by_operator'),
        ends: {},
        before: [READY, STARTED],
        unheard: [],
        done: [],
        async then({ ledger }, moment) {
          const unwanted = moment === 'before' ? [] : [{ id: sessionId(1), reason: 'ended_by_operator' }];
          expect(await ledger.renew(GATEWAY, [renewal(1, 'w1')], LONG_MS)).toEqual({ lost: [], unwanted });
        },
      },
    ],
  ],
  [
    'forget',
    [
      {
        who: 'an operator who removes a dead worker',
        async given(store) {
          await withSessionAndRoom(store);
          await store.registration.deregister(W1);
        },
        call: ({ control }) => control.forgetWorker(W1),
        ends: {},
        before: [READY, STARTED, READY, 'worker.offline deregistered'],
        unheard: [],
        done: [],
        async then(store, moment) {
          expect(await store.control.forgetWorker(W1)).toBe(moment === 'before' ? 'forgotten' : 'unknown');
          await moves(store);
        },
      },
    ],
  ],
];

/** By script. */
export const DEAD_CALLERS: ReadonlyMap<keyof ScriptAnswers, readonly DeadCaller[]> = new Map([
  ...workers,
  ...sessions,
  ...operators,
]);

import { describe, expect, it } from 'vitest';
import { EVENT_WINDOW_MS, MOST_EVENTS } from '../../../src/tui/state/recent-events.ts';
import type { Action } from '../../../src/tui/state/store.ts';
import { viewOf } from '../../../src/tui/state/view.ts';
import { gatewayDigest, gatewaySession, routerDigest, workerDigest } from '../../support/digests.ts';
import { workerView } from '../../support/fleet.ts';
import {
  DATE,
  eventOf,
  FIRST_LOOK_MS,
  sampleOf,
  sessionsOf,
  snapshotOf,
  stateAfter,
} from '../watched-fleet.ts';

const HOUR_MS = 3_600_000;

function iso(offsetMs: number): string {
  return new Date(DATE.getTime() + offsetMs).toISOString();
}

function sampledAt(afterMs: number, changes: Parameters<typeof sampleOf>[0] = {}): Action {
  const date = new Date(DATE.getTime() + afterMs);
  return { type: 'sampled', sample: sampleOf({ atMs: FIRST_LOOK_MS + afterMs, date, ...changes }) };
}

function happenedAt(afterMs: number, type: Parameters<typeof eventOf>[0], at = iso(afterMs)): Action {
  const date = new Date(DATE.getTime() + afterMs);
  return { type: 'happened', event: eventOf(type, { at }), atMs: FIRST_LOOK_MS + afterMs, date };
}

function codes(afterMs: number, ...actions: readonly Action[]): readonly string[] {
  return viewOf(stateAfter(...actions), FIRST_LOOK_MS + afterMs).alerts.map(({ code }) => code);
}

const QUIET = { workers: [], snapshot: new Map<string, string>() };

describe('workers', () => {
  it('are LOST when the registry says so and when they stopped beating, whoever noticed', () => {
    const silent = workerView('w-silent', { lastHeartbeat: iso(-9000) });
    const beating = workerView('w-beating', { lastHeartbeat: iso(-3000) });
    const gone = workerView('w-gone', { lastHeartbeat: iso(-2000), status: 'offline' });
    const view = viewOf(stateAfter(sampledAt(0, { workers: [silent, beating, gone] })), FIRST_LOOK_MS);
    expect(view.workers.map(({ id, state }) => [id, state])).toEqual([
      ['w-beating', 'READY'],
      ['w-silent', 'LOST'],
      ['w-gone', 'LOST'],
    ]);
    expect(view.totals).toMatchObject({ liveWorkers: 1, capacity: 2 });
  });

  it('[CTL-1] show what an operator wants of them from the moment it is wished', () => {
    const beat = { lastHeartbeat: iso(0) };
    const workers = [
      workerView('w-1', { ...beat, wish: 'cordon', status: 'busy' }),
      workerView('w-2', { ...beat, wish: 'drain', status: 'busy' }),
      workerView('w-3', { ...beat, wish: 'drain', status: 'draining' }),
      workerView('w-4', { ...beat, wish: 'cordon', status: 'offline' }),
    ];
    const view = viewOf(stateAfter(sampledAt(0, { workers })), FIRST_LOOK_MS);
    expect(view.workers.map(({ state }) => state)).toEqual(['CORDON', 'DRAIN', 'DRAIN', 'LOST']);
  });

  it('are judged by the beat they announce', () => {
    const workers = [workerView('w-1', { lastHeartbeat: iso(-9000) })];
    const snapshot = new Map([['worker:w-1', JSON.stringify(workerDigest('w-1', { beat_ms: 10_000 }))]]);
    expect(codes(0, sampledAt(0, { workers, snapshot }))).toEqual([]);
  });

  it('have an age that a clock an hour off does not touch once a beat was seen', () => {
    const beatOf = (at: string) => ({ ...QUIET, workers: [workerView('w-1', { lastHeartbeat: at })] });
    const state = stateAfter(
      sampledAt(0, beatOf(iso(-HOUR_MS))),
      sampledAt(1000, beatOf(iso(1000 - HOUR_MS))),
      sampledAt(3000, beatOf(iso(1000 - HOUR_MS))),
    );
    expect(viewOf(state, FIRST_LOOK_MS + 3000).workers[0]?.beatAgeMs).toBe(2000);
  });

  it('are not taken for lost because Redis is away', () => {
    const away: Action = { type: 'failed', atMs: FIRST_LOOK_MS + 1000, reason: 'gone' };
    expect(
      codes(60_000, sampledAt(0, { workers: [workerView('w-1', { lastHeartbeat: iso(0) })] }), away),
    ).not.toContain('worker_lost');
  });
});

describe('an outage of Redis', () => {
  it('keeps the fleet, is told at once, counts from its first failure, and ends with the next look', () => {
    const failed = (afterMs: number): Action => ({
      type: 'failed',
      atMs: FIRST_LOOK_MS + afterMs,
      reason: 'connection closed',
    });
    const state = stateAfter(sampledAt(0), failed(1000), failed(2000));
    expect(state.outage).toEqual({ sinceMs: FIRST_LOOK_MS + 1000, reason: 'connection closed' });
    const view = viewOf(state, FIRST_LOOK_MS + 4000);
    expect(view.workers).toHaveLength(4);
    expect(view).toMatchObject({ dataAgeMs: 4000, freshness: 'aging' });
    expect(view.alerts[0]).toMatchObject({
      level: 'critical',
      code: 'redis_unreachable',
      text: 'connection closed',
    });
    expect(stateAfter(sampledAt(0), failed(1000), sampledAt(2000)).outage).toBeUndefined();
  });

  it.each([
    [3000, 'fresh'],
    [3001, 'aging'],
    [10_000, 'aging'],
    [10_001, 'stale'],
  ] as const)('makes data of %i ms %s', (ageMs, freshness) => {
    expect(viewOf(stateAfter(sampledAt(0)), FIRST_LOOK_MS + ageMs).freshness).toBe(freshness);
  });
});

describe('events', () => {
  it('count for a minute', () => {
    const reject = happenedAt(5000, 'reject');
    expect(codes(5000, reject, sampledAt(5000, QUIET))).toEqual(['rejects']);
    expect(codes(66_000, reject, sampledAt(5000 + EVENT_WINDOW_MS, QUIET))).toEqual([]);
  });

  it('of before the start count by their own time', () => {
    const old = happenedAt(100, 'failover', iso(-HOUR_MS));
    const late = happenedAt(100, 'failover', iso(-30_000));
    const view = viewOf(stateAfter(old, late, sampledAt(1000, QUIET)), FIRST_LOOK_MS + 1000);
    expect(view.totals.failovers).toBe(1);
    expect(view.alerts).toMatchObject([{ text: '1 failover in the last minute' }]);
  });

  it('count when they arrive, even from a host an hour behind', () => {
    const behind = happenedAt(5000, 'reject', iso(5000 - HOUR_MS));
    expect(codes(5000, behind, sampledAt(5000, QUIET))).toEqual(['rejects']);
  });

  it('do not fill the memory however many there are', () => {
    const storm = Array.from({ length: MOST_EVENTS + 50 }, () => happenedAt(5000, 'reject'));
    expect(stateAfter(...storm).events).toHaveLength(MOST_EVENTS);
  });
});

describe('lag', () => {
  const lagging = (...lags: readonly number[]): Action =>
    sampledAt(0, {
      workers: [],
      snapshot: snapshotOf(lags.map((lag_s, index) => gatewaySession(index, { lag_s }))),
    });

  it('is told from above three seconds', () => {
    expect(codes(0, lagging(3))).toEqual([]);
    expect(codes(0, lagging(3.1))).toEqual(['session_lag']);
  });

  it('of many sessions is one alert that names the worst', () => {
    const { alerts } = viewOf(stateAfter(lagging(3.5, 8.25, 4, 5)), FIRST_LOOK_MS);
    expect(alerts).toMatchObject([{ text: '4 sessions lag, worst 8.3s on w-1', subject: '' }]);
  });
});

describe('gateways', () => {
  it('are reported when their digest stands still', () => {
    const snapshot = new Map([['gateway:g', JSON.stringify(gatewayDigest('g', { at: iso(0) }))]]);
    const look = (afterMs: number): Action => sampledAt(afterMs, { workers: [], snapshot });
    expect(codes(8000, look(0), look(8000))).toEqual([]);
    expect(codes(9000, look(0), look(9000))).toEqual(['gateway_stale']);
  });

  const telling = (...gateways: readonly Parameters<typeof gatewayDigest>[1][]): Action =>
    sampledAt(0, {
      workers: [],
      snapshot: new Map(
        gateways.map((changes, index) => [
          `gateway:g${index}`,
          JSON.stringify(gatewayDigest(`g${index}`, { at: iso(0), ...changes })),
        ]),
      ),
    });

  it('tell their overload, the refusing one first and as critical', () => {
    const view = viewOf(
      stateAfter(telling({ overload_level: 1 }, { overload_level: 0 }, { overload_level: 3 })),
      FIRST_LOOK_MS,
    );
    expect(view.totals.overloadLevel).toBe(3);
    expect(view.alerts).toMatchObject([
      { level: 'critical', subject: 'g2', text: 'g2 overload 3: refuses all sessions' },
      { level: 'warning', subject: 'g0', text: 'g0 overload 1: fewer partials' },
    ]);
  });

  it('tell who waits, and the sum of it', () => {
    const view = viewOf(stateAfter(telling({ waiting: 1 }, { waiting: 0 }, { waiting: 4 })), FIRST_LOOK_MS);
    expect(view.totals.waiting).toBe(5);
    expect(view.alerts.map(({ code, text }) => [code, text])).toEqual([
      ['clients_waiting', 'g0: 1 client waits for a slot'],
      ['clients_waiting', 'g2: 4 clients wait for a slot'],
    ]);
  });

  it('of versions that do not tell are not taken for calm ones', () => {
    const { overload_level: _level, waiting: _waiting, ...older } = gatewayDigest('g', { at: iso(0) });
    const snapshot = new Map([['gateway:g', JSON.stringify(older)]]);
    const view = viewOf(stateAfter(sampledAt(0, { workers: [], snapshot })), FIRST_LOOK_MS);
    expect(view.totals).toMatchObject({ overloadLevel: 0, waiting: null });
    expect(view.alerts).toEqual([]);
  });

  it('that have fallen silent say nothing of now', () => {
    const overloaded = telling({ overload_level: 2, waiting: 9, at: iso(-20_000) });
    expect(codes(0, overloaded)).toEqual(['gateway_stale']);
    expect(viewOf(stateAfter(overloaded), FIRST_LOOK_MS).totals).toMatchObject({
      overloadLevel: 0,
      waiting: null,
    });
  });

  it('show the latency of the slowest of them', () => {
    const fast = gatewayDigest('a', { response_ms: { p50: 300, p95: 310, p99: 311, count: 1 } });
    const slow = gatewayDigest('b', { response_ms: { p50: 100, p95: 900, p99: 950, count: 1 } });
    const none = gatewayDigest('c', { response_ms: null });
    const snapshot = new Map([fast, none, slow].map((digest) => [digest.id, JSON.stringify(digest)]));
    const view = viewOf(stateAfter(sampledAt(0, { workers: [], snapshot })), FIRST_LOOK_MS);
    expect(view.totals.response).toEqual({ p50Ms: 100, p95Ms: 900 });
  });
});

describe('digests of another version', () => {
  it.each([
    ['no JSON', '{'],
    ['another shape', '{"role":"gateway"}'],
    ['another role', '{"role":"router","id":"r","at":"","sessions":[]}'],
    ['nothing but what makes it a digest', '{"role":"gateway","id":"g","at":"x","sessions":[null,1,{}]}'],
    [
      'fields of other types',
      '{"role":"gateway","id":"g","at":"x","sessions":[{"id":7,"lag_s":"1","last_text":{}}],"response_ms":{"p50":"1"}}',
    ],
    ['a worker without numbers', '{"role":"worker","id":"w-1","at":"x","sessions":[]}'],
  ])('with %s do no harm', (_what, json) => {
    const state = stateAfter(sampledAt(0, { snapshot: new Map([['field', json]]) }));
    const view = viewOf(state, FIRST_LOOK_MS);
    expect(view.workers).toHaveLength(4);
    for (const session of view.sessions) expect(session).toMatchObject({ lagS: null, lastText: '' });
  });

  it('leave the others as they are', () => {
    const snapshot = new Map([...snapshotOf(sessionsOf(3)), ['worker:new', 'not json']]);
    expect(viewOf(stateAfter(sampledAt(0, { snapshot })), FIRST_LOOK_MS).sessions).toHaveLength(3);
  });
});

describe('routers', () => {
  it('are reported when they stand still, and counted', () => {
    const snapshot = new Map([['router:r', JSON.stringify(routerDigest('r', { at: iso(0) }))]]);
    const look = (afterMs: number): Action => sampledAt(afterMs, { workers: [], snapshot });
    expect(codes(8000, look(0), look(8000))).toEqual([]);
    expect(codes(9000, look(0), look(9000))).toEqual(['router_stale']);
    expect(viewOf(stateAfter(look(0)), FIRST_LOOK_MS).routers).toMatchObject([{ id: 'r', isStale: false }]);
  });

  it('need not be there', () => {
    expect(codes(0, sampledAt(0, QUIET))).toEqual([]);
  });
});

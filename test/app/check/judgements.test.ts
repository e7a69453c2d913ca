import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../../src/app/check/check-document.ts';
import { checkLines, nagiosLine } from '../../../src/app/check/formats.ts';
import { type ClusterFacts, judgeCluster, leftInOrder } from '../../../src/app/check/judge-cluster.ts';
import { judgeGateway } from '../../../src/app/check/judge-gateway.ts';
import { judgeLatency } from '../../../src/app/check/judge-latency.ts';
import { judgeRedis } from '../../../src/app/check/judge-redis.ts';
import { judgeWorker } from '../../../src/app/check/judge-worker.ts';
import { concluded, unmade } from '../../../src/app/check/outcome.ts';
import { prometheusText } from '../../../src/app/check/prometheus-text.ts';
import type { GatewayFacts } from '../../../src/app/check/gateway-facts.ts';
import { RtError } from '../../../src/base/errors.ts';

const DATE = new Date('2026-01-02T03:04:05.000Z');

describe('outcomes', () => {
  const outcome = concluded({
    check: 'worker',
    subject: 'w|1',
    summary: 'READY',
    problems: [{ state: 'warning', text: 'it | drains\nslowly' }],
    measures: [
      {
        name: 'beat_age',
        help: 'Age',
        unit: 'ms',
        value: 5000,
        bound: { side: 'most', warn: 2000, crit: 4000 },
      },
      { name: 'free', help: 'Free', unit: '', value: 1, bound: { side: 'least', warn: 2, crit: 1 } },
    ],
  });

  it('[PRB-1] the gravest problem decides, bounds among them', () => {
    expect(outcome.state).toBe('critical');
    expect(outcome.problems.map(({ text }) => text)).toEqual([
      'beat age 5000 ms, more than 4000 ms',
      'it | drains\nslowly',
      'free 1, less than 2',
    ]);
    expect(unmade('redis', '', 'why').state).toBe('unknown');
  });

  it('[PRB-2] a plugin prints one line with performance data', () => {
    expect(nagiosLine(outcome)).toBe(
      'RT WORKER CRITICAL - beat age 5000 ms, more than 4000 ms; it / drains slowly; free 1, less than 2 | ' +
        'beat_age=5000ms;2000;4000;0 free=1;2:;1:;0',
    );
    expect(nagiosLine(unmade('redis', '', 'no answer'))).toBe('RT REDIS UNKNOWN - no answer');
  });

  it('[PRB-3] Prometheus reads base units and labels', async () => {
    const text = await prometheusText(outcome, DATE);
    expect(text).toContain('rt_check_state{check="worker",subject="w|1"} 2');
    expect(text).toContain('rt_check_worker_beat_age_seconds{check="worker",subject="w|1"} 5');
    expect(text).toContain('rt_check_timestamp_seconds{check="worker",subject="w|1"} 1767323045');
  });

  it('[PRB-3] JSON and text tell the same', () => {
    expect(checkDocument(outcome, DATE)).toMatchObject({
      schema: 'rt.check/v1',
      at: '2026-01-02T03:04:05.000Z',
      state: 'critical',
      measures: [{ name: 'beat_age', warn: 2000, crit: 4000 }, { name: 'free' }],
    });
    expect(checkLines(outcome)[0]).toBe('CRITICAL  worker w|1: READY');
  });
});

describe('a cluster', () => {
  const healthy: ClusterFacts = {
    workers: [
      { id: 'w-1', state: 'READY', activeSessions: 1, capacity: 4 },
      { id: 'w-2', state: 'BUSY', activeSessions: 4, capacity: 4 },
    ],
    gateways: [{ id: 'g-1', isStale: false }],
    routers: [],
    totals: { rejects: 0, failovers: 0, overloadLevel: 0 },
    alerts: [],
  };
  const bounds = {
    warn: { value: 10, isPercent: true },
    crit: { value: 1, isPercent: false },
    left: new Set<string>(),
  };
  const judge = (change: Partial<ClusterFacts>, left: readonly string[] = []): readonly string[] => {
    const { state, problems } = judgeCluster({ ...healthy, ...change }, { ...bounds, left: new Set(left) });
    return [state, ...problems.map(({ text }) => text)];
  };
  const worker = (state: string, activeSessions = 0): ClusterFacts['workers'][number] => ({
    id: 'w-3',
    state,
    activeSessions,
    capacity: 20,
  });

  it.each<[string, Partial<ClusterFacts>, readonly string[]]>([
    ['all is well', {}, ['ok']],
    [
      'nobody is there',
      { workers: [], gateways: [] },
      ['critical', 'no worker serves', 'no gateway tells of itself', 'slots free 0, less than 1'],
    ],
    ['no slot is free', { workers: [worker('BUSY', 20)] }, ['critical', 'slots free 0, less than 1']],
    ['few are free', { workers: [worker('READY', 19)] }, ['warning', 'slots free 1, less than 2']],
    [
      'a worker is lost',
      { workers: [...healthy.workers, worker('LOST')] },
      ['warning', '1 worker lost: w-3'],
    ],
    [
      'the only gateway is silent',
      { gateways: [{ id: 'g-1', isStale: true }] },
      ['critical', 'no gateway tells of itself'],
    ],
    [
      'it refuses',
      { alerts: [{ level: 'warning', code: 'rejects', subject: '', text: '3 rejects in the last minute' }] },
      ['warning', '3 rejects in the last minute'],
    ],
    [
      'it is told in two ways',
      { alerts: [{ level: 'critical', code: 'worker_lost', subject: 'w', text: 'w LOST' }] },
      ['ok'],
    ],
  ])('[PRB-4] where %s', (_what, change, expected) => {
    expect(judge(change)).toEqual(expected);
  });

  it('[PRB-4] a worker that left in order is not lost', () => {
    const offline = { type: 'worker.offline', at: '', workerId: 'w-3' } as const;
    const left = leftInOrder([
      { ...offline, reason: 'lease_expired' },
      { ...offline, reason: 'deregistered' },
    ]);
    expect(judge({ workers: [...healthy.workers, worker('LOST')] }, [...left])).toEqual(['ok']);
    expect([...leftInOrder([{ ...offline, reason: 'lease_expired' }])]).toEqual([]);
  });
});

describe('a worker', () => {
  const facts = {
    id: 'w',
    state: 'READY',
    activeSessions: 1,
    capacity: 4,
    beatAgeMs: 900,
    beatMs: 1000,
    stepP95Ms: 40,
    cpuShare: null,
  };
  it.each([
    ['ready', {}, 'ok'],
    ['draining', { state: 'DRAIN' }, 'warning'],
    ['cordoned', { state: 'CORDON' }, 'warning'],
    ['silent for three beats', { beatAgeMs: 3500 }, 'warning'],
    ['silent for four', { beatAgeMs: 4500 }, 'critical'],
    ['lost', { state: 'LOST' }, 'critical'],
  ])('[PRB-6] that is %s', (_what, change, expected) => {
    const none = { warn: undefined, crit: undefined };
    expect(judgeWorker('w', { ...facts, ...change }, none).state).toBe(expected);
  });

  it('[PRB-6] nobody knows is critical, and bounds that are given count', () => {
    expect(judgeWorker('x', undefined, { warn: 1, crit: 2 }).state).toBe('critical');
    expect(judgeWorker('w', facts, { warn: 500, crit: 5000 }).state).toBe('warning');
  });
});

describe('latency', () => {
  const gateway = (id: string, p95Ms: number, isStale = false) => ({
    id,
    isStale,
    response: { p50Ms: 1, p95Ms },
  });

  it('[PRB-7] is that of the slowest gateway that speaks', () => {
    const judge = (bounds: { warn: number; crit: number }): string =>
      judgeLatency([gateway('a', 200), gateway('b', 900), gateway('c', 9000, true)], bounds).state;
    expect(judge({ warn: 1000, crit: 2000 })).toBe('ok');
    expect(judge({ warn: 800, crit: 2000 })).toBe('warning');
    expect(judge({ warn: 100, crit: 800 })).toBe('critical');
  });

  it('[PRB-7] is unknown where nobody spoke', () => {
    expect(judgeLatency([{ id: 'a', isStale: false, response: null }], { warn: 1, crit: 2 }).state).toBe(
      'unknown',
    );
    expect(judgeLatency([], { warn: 1, crit: 2 }).state).toBe('unknown');
  });
});

describe('a gateway', () => {
  const facts: GatewayFacts = {
    gateway: 'ws://h',
    health: { status: 200 },
    readiness: 'ready',
    session: { type: 'ended', openMs: 2, beginMs: 40, endMs: 2, model: 'm', pingsMs: [] },
    overloadLevel: 0,
    sessions: 3,
    waiting: 0,
  };
  it.each<[string, Partial<GatewayFacts>, string]>([
    ['well', {}, 'ok'],
    ['gone', { health: { reason: 'refused' } }, 'critical'],
    ['draining', { readiness: 'draining' }, 'critical'],
    ['saving its strength', { overloadLevel: 1 }, 'warning'],
    ['overloaded', { overloadLevel: 3 }, 'critical'],
    ['kept waiting', { waiting: 2 }, 'warning'],
    [
      'without workers',
      { session: { type: 'failed', openMs: 1, fault: new RtError('no_capacity', 'full') } },
      'warning',
    ],
    [
      'broken',
      { session: { type: 'failed', openMs: 1, fault: new RtError('internal_error', 'x') } },
      'critical',
    ],
    [
      'not to be entered',
      { session: { type: 'failed', openMs: 1, fault: new RtError('unauthenticated', 'x') } },
      'ok',
    ],
    ['slow', { session: { ...facts.session, beginMs: 5000 } as GatewayFacts['session'] }, 'critical'],
  ])('[PRB-5] that is %s', (_what, change, expected) => {
    expect(judgeGateway({ ...facts, ...change }, { warn: 1000, crit: 3000 }).state).toBe(expected);
  });
});

describe('a Redis', () => {
  it('[PRB-8] that does not answer is critical', () => {
    const fault = new RtError('redis_unreachable', 'gone');
    expect(judgeRedis({ type: 'unreachable', fault }, { warn: 1, crit: 2 })).toMatchObject({
      state: 'critical',
      problems: [{ text: 'answers: gone' }],
    });
  });
});

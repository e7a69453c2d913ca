import { describe, expect, it } from 'vitest';
import { planOverload } from '../../../src/bench/overload/overload-run.ts';
import { createLagWindows, recoverySeconds } from '../../../src/bench/overload/recovery.ts';

const seen = { p95s: [400, 300, 100, undefined, 90], refusalsAtMs: [], sloMs: 160, seconds: 5 };

describe('recovery from an overload', () => {
  it.each<[string, Partial<Parameters<typeof recoverySeconds>[0]>, number | null]>([
    ['the promise is kept again', {}, 2],
    ['it was kept all the time', { p95s: [100, 90] }, 0],
    ['somebody is refused after that', { refusalsAtMs: [100, 2100] }, 3],
    ['it is broken once more', { p95s: [100, 100, 300, 100], seconds: 4 }, 3],
    ['it is broken to the end', { p95s: [100, 300] }, null],
    ['nothing came behind the last refusal', { refusalsAtMs: [4500] }, null],
    ['nothing came at all', { p95s: [] }, null],
    ['what came later does not count', { p95s: [100, 100, 900], seconds: 2 }, 0],
  ])('[BEN-23] is told when %s', (_title, changes, expected) => {
    expect(recoverySeconds({ ...seen, ...changes })).toBe(expected);
  });

  it('[BEN-23] takes the 95th percentile of what was received in each second', () => {
    const windows = createLagWindows(1000);
    windows.add(999, 5000);
    for (let lagMs = 1; lagMs <= 100; lagMs++) windows.add(1500, lagMs);
    windows.add(3999, 7);
    expect(windows.p95s()).toEqual([95, undefined, 7]);
  });

  it('keeps half of the capacity when the load drops', () => {
    const plan = planOverload({
      ...{ capacity: 4, times: 3, warmupMs: 1000, measuredMs: 5000, afterMs: 2000 },
      lifeMs: { least: 1000, most: 1000 },
    });
    expect([plan.measureFromMs, plan.dropMs, plan.endMs]).toEqual([1120, 6120, 8120]);
    expect(plan.speakers).toHaveLength(12);
    expect(plan.speakers.filter(({ leaveAtMs }) => leaveAtMs === plan.endMs)).toHaveLength(2);
    expect(plan.speakers.every(({ returns }) => returns)).toBe(true);
  });
});

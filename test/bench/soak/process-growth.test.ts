import { closeSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNamedPid, watchGrowth } from '../../../src/bench/soak/process-growth.ts';
import { slopeMbPerHour } from '../../../src/bench/soak/slope.ts';

describe('the slope of memory', () => {
  it('[BEN-24] is that of the line through the samples, in megabytes an hour', () => {
    const line = [0, 1, 2, 3].map((index) => ({ atMs: index * 3_600_000, bytes: 5e7 + index * 2e6 }));
    expect(slopeMbPerHour(line)).toBeCloseTo(2);
    // One outlier pulls by its lever, not by its height alone.
    const noisy = [10, 30, 10, 30].map((mb, hour) => ({ atMs: hour * 3_600_000, bytes: mb * 1e6 }));
    expect(slopeMbPerHour(noisy)).toBeCloseTo(4);
  });

  it('[BEN-24] is unknown of one sample, and of several at one time', () => {
    expect(slopeMbPerHour([])).toBeNull();
    expect(slopeMbPerHour([{ atMs: 1, bytes: 1 }])).toBeNull();
    expect(slopeMbPerHour([1, 2].map((bytes) => ({ atMs: 1, bytes })))).toBeNull();
  });
});

describe.skipIf(process.platform !== 'linux')('a process that is watched', () => {
  it('[BEN-25] tells open files that were not open before, and samples after it settled', () => {
    const watch = watchGrowth([{ name: 'self', pid: process.pid }]);
    for (const atMs of [0, 1000, 2000]) watch.sample(atMs);
    const files = [1, 2, 3].map(() => openSync('/dev/null', 'r'));
    const [growth] = watch.conclude(1500);
    for (const file of files) closeSync(file);
    expect(growth).toMatchObject({ name: 'self', isAlive: true, fdsLeft: 3, rssSlopeMbH: null });
    expect(growth?.samples).toHaveLength(3);
    expect(growth?.rssBytes.last).toBeGreaterThan(1_000_000);
  });

  it('has to be there', () => {
    expect(() => watchGrowth([{ name: 'gone', pid: 4_194_304 }])).toThrow(/no process 4194304 \(gone\)/);
  });

  it.each(['4711', 'gateway', 'a b=1', 'x=1.5'])('is not named by %j', (text) => {
    expect(() => parseNamedPid(text)).toThrow(/does not name a process/);
  });

  it('is named by a name and a number', () => {
    expect(parseNamedPid('worker-1=42')).toEqual({ name: 'worker-1', pid: 42 });
  });
});

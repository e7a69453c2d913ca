import { describe, expect, it } from 'vitest';
import { readProcess, watchProcesses } from '../../src/bench/process-cost.ts';
import { systemClock } from '../../src/base/clock.ts';

describe('the cost of a process', () => {
  it('is read whatever the process is called', () => {
    const stat = `42 (a) b ) S 1 42 42 0 -1 4194560 9 0 0 0 250 50 0 0 20 0 12 0 100 1000 20`;
    const reading = readProcess(stat, 'Name:\ta\nVmRSS:\t  2048 kB\nThreads:\t12\n');
    expect(reading).toEqual({ name: 'a) b ', cpuMs: 3000, rssBytes: 2048 * 1024 });
  });

  it('is the CPU between two looks', () => {
    const look = watchProcesses([process.pid], systemClock);
    const untilMs = performance.now() + 120;
    while (performance.now() < untilMs) Math.sqrt(untilMs);
    const [cost] = look();
    expect(cost?.cpuShare).toBeGreaterThan(0.1);
    expect(cost?.rssBytes).toBeGreaterThan(10_000_000);
  });

  it('refuses a process that is not there', () => {
    expect(() => watchProcesses([4_194_304], systemClock)).toThrow('There is no process 4194304');
  });
});

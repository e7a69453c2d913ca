import { open } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import {
  createResourceMonitor,
  type ResourceMonitor,
} from '../../../src/gateway/overload/resource-monitor.ts';

describe('the resources of this process', () => {
  let monitor: ResourceMonitor;
  beforeEach(() => {
    monitor = createResourceMonitor();
  });
  afterEach(() => monitor.close());

  it('hold the delay of an event loop that was blocked, once', async () => {
    await systemClock.sleep(50);
    const untilMs = performance.now() + 400;
    while (performance.now() < untilMs);
    await systemClock.sleep(50);
    const { loopDelayMs } = await monitor.read();
    expect(loopDelayMs).toBeGreaterThan(300);
    await systemClock.sleep(50);
    expect((await monitor.read()).loopDelayMs).toBeLessThan(loopDelayMs);
  });

  it('hold the heap as a share of its limit', async () => {
    const { heapShare } = await monitor.read();
    expect(heapShare).toBeGreaterThan(0);
    expect(heapShare).toBeLessThan(1);
  });

  it.runIf(existsSync('/proc/self/limits'))('hold open files as a share of their limit', async () => {
    const before = await monitor.read();
    const files = await Promise.all(Array.from({ length: 100 }, () => open('/dev/null')));
    const after = await monitor.read();
    await Promise.all(files.map((file) => file.close()));
    expect(before.fdShare).toBeGreaterThan(0);
    expect(after.fdShare).toBeGreaterThan(before.fdShare);
    expect(after.fdShare).toBeLessThan(1);
  });
});

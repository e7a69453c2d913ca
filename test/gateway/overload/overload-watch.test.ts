import { describe, expect, it } from 'vitest';
import type { WorkerId } from '../../../src/base/ids.ts';
import { silentLogger } from '../../../src/base/log.ts';
import { createOverloadWatch } from '../../../src/gateway/overload/overload-watch.ts';
import type { WorkerView } from '../../../src/registry/ports.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { workerInfo } from '../../support/fleet.ts';

const CALM = { loopDelayMs: 0, heapShare: 0, fdShare: 0 };

function worker(status: WorkerView['status'], capacity: number, activeSessions: number): WorkerView {
  const info = workerInfo('w', { endpoint: 'ws://127.0.0.1:1', capacity, models: ['fast'] });
  return { ...info, id: 'w' as WorkerId, status, wish: 'none', activeSessions, lastHeartbeat: '' };
}

function open(workers: () => Promise<readonly WorkerView[]> = () => Promise.resolve([])) {
  const clock = createFakeClock();
  const world = { readings: CALM, lagging: 0 };
  const watch = createOverloadWatch({
    monitor: { read: () => Promise.resolve(world.readings) },
    ledger: { workers },
    laggingSessions: () => world.lagging,
    clock,
    log: silentLogger,
  });
  return {
    world,
    async after(looks: number): Promise<number> {
      for (let count = 0; count < looks; count++) {
        await watch.look();
        await clock.advance(1000);
      }
      return watch.level;
    },
  };
}

describe('a gateway that looks at itself', () => {
  it('[OVL-1] counts sessions that lag', async () => {
    const { world, after } = open();
    expect(await after(4)).toBe(0);
    world.lagging = 1;
    expect(await after(3)).toBe(1);
  });

  it('[OVL-1] counts sessions beyond the slots of workers that serve, not full ones', async () => {
    const full = [worker('busy', 2, 2), worker('draining', 1, 3), worker('offline', 0, 3)];
    expect(await open(() => Promise.resolve(full)).after(5)).toBe(0);
    const beyond = [worker('busy', 2, 3), worker('ready', 1, 1)];
    expect(await open(() => Promise.resolve(beyond)).after(5)).toBe(1);
  });

  it('[OVL-1] goes by its own figures while the registry is silent or away', async () => {
    for (const workers of [
      () => new Promise<never>(() => undefined),
      () => Promise.reject(new Error('away')),
    ]) {
      const { world, after } = open(workers);
      world.readings = { ...CALM, heapShare: 0.93 };
      expect(await after(3)).toBe(2);
    }
  });

  it('[OVL-1] keeps its level when it cannot be measured', async () => {
    const { world, after } = open();
    world.readings = { ...CALM, heapShare: 0.97 };
    expect(await after(1)).toBe(3);
    Object.defineProperty(world, 'readings', {
      get() {
        throw new Error('nothing can be read');
      },
    });
    expect(await after(10)).toBe(3);
  });
});

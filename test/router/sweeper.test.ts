import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { type Logger, silentLogger } from '../../src/base/log.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import { createSweeper } from '../../src/router/sweeper.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { sessionId, sessionInfo, workerId, workerInfo } from '../support/fleet.ts';

describe('sweeper', () => {
  it('[REG-15] frees what died, again and again, until stopped', async () => {
    const clock = createFakeClock();
    const { registration, ledger, fleet } = createMemoryRegistry({ clock });
    const sweeper = createSweeper({
      ledger,
      clock,
      logger: silentLogger,
      intervalMs: 2000,
      random: () => 0.5,
    });
    await registration.register(workerInfo('w1'), 60_000);
    await ledger.reserve(workerId('w1'), sessionInfo(1), { leaseMs: 5000 });
    await sweeper.start();
    await clock.advance(4000);
    expect(await fleet.session(sessionId(1))).toMatchObject({ status: 'active' });
    await clock.advance(2000);
    expect(await fleet.session(sessionId(1))).toMatchObject({ status: 'error' });
    await sweeper.stop('test over');
    expect(clock.sleepers()).toBe(0);
  });

  it('[RTR-9] logs an outage once and lets owners renew before it sweeps again', async () => {
    const clock = createFakeClock();
    const lines: string[] = [];
    const log = (message: string): void => void lines.push(message);
    const logger: Logger = { ...silentLogger, warn: log, info: log };
    let isAway = false;
    const sweptAtMs: number[] = [];
    const answer = <T>(value: T): Promise<T> =>
      isAway ? Promise.reject(new RtError('registry_unavailable', 'gone')) : Promise.resolve(value);
    const ledger = {
      workers: () => answer([]),
      sweep: () => {
        if (!isAway) sweptAtMs.push(clock.nowMs());
        return answer([]);
      },
    };
    const startMs = clock.nowMs();
    const sweeper = createSweeper({
      ledger,
      clock,
      logger,
      intervalMs: 1000,
      graceMs: 15_000,
      random: () => 0.5,
    });
    await sweeper.start();
    await clock.advance(2500);
    isAway = true;
    await clock.advance(10_000);
    isAway = false;
    await clock.advance(20_000);
    await sweeper.stop('test over');
    expect(sweptAtMs.map((atMs) => atMs - startMs).slice(0, 4)).toEqual([0, 1000, 2000, 28_000]);
    expect(lines).toEqual([
      'sweep failed, the registry does not answer',
      'the registry answers again, sweeping resumes after a grace',
    ]);
  });
});

import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { acquirePullLock, type PullLock } from '../../../src/models/pull/pull-lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-lock-'));
  path = join(folder, '.model.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

function acquire(
  onWaiting: (holder: string) => void = () => undefined,
  signal = new AbortController().signal,
): Promise<PullLock> {
  return acquirePullLock(path, { clock: systemClock, signal, onWaiting });
}

function leave(holder: object, ageMs = 0): void {
  writeFileSync(path, JSON.stringify(holder));
  const at = new Date(Date.now() - ageMs);
  utimesSync(path, at, at);
}

/** No process has the largest number there can be. */
const NOBODY = 0x3f_ffff;

describe('the lock of a pull', () => {
  it('[MOD-12] is held by one at a time, and who waits is told by whom', async () => {
    const first = await acquire();
    const holders: string[] = [];
    const second = acquire((holder) => void holders.push(holder));
    await expect.poll(() => holders).toEqual([`process ${process.pid} on ${hostname()}`]);
    await first.release();
    await (await second).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['whose process is gone', { host: hostname(), pid: NOBODY, token: 'x' }, 0],
    ['of another host that was not touched for a minute', { host: 'elsewhere', pid: 1, token: 'x' }, 61_000],
    [
      'of a process number that is somebody else by now',
      { host: hostname(), pid: process.pid, token: 'x' },
      61_000,
    ],
    ['that was never filled', {}, 61_000],
  ])('[MOD-12] %s is taken over', async (_, holder, ageMs) => {
    leave(holder, ageMs);
    const lock = await acquire(() => expect.unreachable('nobody is waited for'));
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('[MOD-12] of another host that lives is waited for until told to stop', async () => {
    leave({ host: 'elsewhere', pid: 1, token: 'x' });
    const controller = new AbortController();
    const waiting = acquire(() => controller.abort(new Error('stop')), controller.signal);
    await expect(waiting).rejects.toThrow('stop');
    expect(existsSync(path)).toBe(true);
  });

  it('[MOD-12] is won by exactly one of many that find a dead one', async () => {
    leave({ host: hostname(), pid: NOBODY, token: 'x' });
    let holders = 0;
    let most = 0;
    const use = async (): Promise<void> => {
      const lock = await acquire();
      most = Math.max(most, ++holders);
      await new Promise((resolve) => setImmediate(resolve));
      holders--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 5 }, use));
    expect(most).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import {
  nextWatch,
  startWatch,
  type WatchLook,
  type WatchVerdict,
} from '../../../src/gateway/replay/worker-watch.ts';

const LIMITS = { stallMs: 2000, standstillMs: 5000 };

/** Looks every 250 ms until something other than `alive` and `ping` is said; answers what and when. */
function watch(lookAt: (ms: number) => Omit<WatchLook, 'nowMs' | 'stepMs'> & Partial<WatchLook>): {
  readonly verdict: WatchVerdict;
  readonly atMs: number;
} {
  let state = startWatch(0, 0);
  for (let ms = 250; ms <= 20_000; ms += 250) {
    const { verdict, ...next } = nextWatch(state, { nowMs: ms, stepMs: 0, ...lookAt(ms) }, LIMITS);
    state = next.state;
    if (verdict === 'silent' || verdict === 'standstill') return { verdict, atMs: ms };
  }
  return { verdict: 'alive', atMs: 20_000 };
}

describe('the watch over a worker', () => {
  it('[FLO-6] a worker that speaks and decodes is alive', () => {
    expect(watch((ms) => ({ hasSpoken: true, decodedSample: ms, isOwing: true })).verdict).toBe('alive');
  });

  it('[FLO-6] silence behind an unanswered ping is a stall', () => {
    const silent = watch(() => ({ hasSpoken: false, decodedSample: 0, isOwing: true }));
    expect(silent).toEqual({ verdict: 'silent', atMs: 2500 });
  });

  it('[FLO-6] a worker that is blocked for two seconds is alive', () => {
    const speaks = (ms: number): boolean => ms <= 1000 || ms > 3000;
    expect(watch((ms) => ({ hasSpoken: speaks(ms), decodedSample: 0, isOwing: false })).verdict).toBe(
      'alive',
    );
  });

  it('[FLO-6] a pause of the gateway itself is no stall of the worker', () => {
    let state = startWatch(0, 0);
    const look = { hasSpoken: false, decodedSample: 0, isOwing: true, stepMs: 0 };
    state = nextWatch(state, { ...look, nowMs: 250 }, LIMITS).state;
    expect(nextWatch(state, { ...look, nowMs: 30_000 }, LIMITS).verdict).not.toBe('silent');
  });

  it('[FLO-6] a worker that speaks and decodes nothing stands still, if audio waits', () => {
    const stuck = watch(() => ({ hasSpoken: true, decodedSample: 0, isOwing: true }));
    expect(stuck).toEqual({ verdict: 'standstill', atMs: 5000 });
    expect(watch(() => ({ hasSpoken: true, decodedSample: 0, isOwing: false })).verdict).toBe('alive');
  });

  it('[FLO-6] a worker with long steps is given four of them', () => {
    const inStep = { hasSpoken: true, decodedSample: 0, isOwing: true };
    expect(watch(() => ({ ...inStep, stepMs: 3000 }))).toEqual({ verdict: 'standstill', atMs: 12_000 });
    expect(watch((ms) => ({ ...inStep, stepMs: 3000, decodedSample: ms > 11_000 ? ms : 0 })).verdict).toBe(
      'alive',
    );
  });
});

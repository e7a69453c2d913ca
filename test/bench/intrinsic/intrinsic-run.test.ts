import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { readBusyGaps } from '../../../src/bench/intrinsic/busy-gaps.ts';
import { runIntrinsic } from '../../../src/bench/intrinsic/intrinsic-run.ts';
import { intrinsicMeaning } from '../../../src/bench/intrinsic/meaning.ts';
import { readTimers } from '../../../src/bench/intrinsic/timer-lateness.ts';

const NEVER = new AbortController().signal;

/** A clock whose timers come when they should, but for one that comes `stallMs` late. */
function stallingClock(stallAtMs: number, stallMs: number): Clock {
  let nowMs = 0;
  let isStalled = false;
  return {
    nowMs: () => nowMs,
    date: () => new Date(0),
    sleep: (ms) => {
      nowMs += ms;
      if (nowMs >= stallAtMs && !isStalled) {
        isStalled = true;
        nowMs += stallMs;
      }
      return Promise.resolve();
    },
  };
}

describe('what a machine adds', () => {
  it('[BEN-53] counts every instant that passed while the process was away', async () => {
    const { lateness } = await readTimers(stallingClock(500, 100), 1000, NEVER);
    // 200 instants; those from 500 to 600 ms were met at 600: 100, 95 … 0 ms late.
    expect(lateness.figures()).toMatchObject({ n: 200, min: 0, max: 100 });
    expect(lateness.percentileMs(89)).toBe(0);
    expect(lateness.percentileMs(95)).toBeGreaterThan(40);
  });

  it('[BEN-54] sees the time that is taken from a busy thread', async () => {
    const steps = [0.01, 0.01, 7, 0.01];
    let nowMs = 0;
    let step = 0;
    const clock: Clock = {
      ...systemClock,
      nowMs: () => (nowMs += steps[step++ % steps.length] ?? 0),
    };
    const { gaps, stolenShare, resolutionMs } = await readBusyGaps(clock, 300, NEVER);
    expect(gaps.count).toBeGreaterThan(10);
    expect(gaps.figures()).toMatchObject({ min: 7, max: 7 });
    expect(stolenShare).toBeGreaterThan(0.99);
    expect(resolutionMs).toBeCloseTo(0.01);
  });

  it('[BEN-53] [BEN-54] is measured on this machine', async () => {
    const { kind, metrics, figures, whyVoid } = await runIntrinsic({
      ...{ clock: systemClock, durationMs: 600, signal: NEVER },
    });
    expect([kind, whyVoid]).toEqual(['intrinsic', []]);
    expect(metrics['timer_lateness']?.n).toBe(60);
    expect(metrics['loopback_rtt']?.n).toBeGreaterThan(0);
    expect(metrics['loopback_rtt']?.min).toBeGreaterThan(0);
    expect(figures['clock_resolution_us']).toBeGreaterThan(0);
    expect(figures['clock_resolution_us']).toBeLessThan(1000);
  });

  it('is told in words, with what to do where it is too much', async () => {
    const timers = async (stallMs: number): Promise<string> => {
      const { lateness } = await readTimers(stallingClock(500, stallMs), 1000, NEVER);
      const metrics = { timer_lateness: lateness.figures() };
      return intrinsicMeaning({ figures: { stolen_share: stallMs > 50 ? 0.3 : 0 }, metrics }).join('\n');
    };
    expect(await timers(0)).toMatch(/^p99 timer lateness 0\.0 ms: do not trust differences below 0\.0 ms/);
    expect(await timers(200)).toMatch(/steps void here[\s\S]*30\.0 % of a busy thread's time/);
  });
});

/**
 * The time of a recording that is shown again.
 *
 * It runs from one recorded moment to the next and waits there until that has been shown: on a machine that is busy
 * a replay takes longer, and no picture is older in it than it was.
 */
import type { Clock } from '../../base/clock.ts';

export interface ReplayClock extends Clock {
  /** Time runs from where it stands up to `atMs`, and resolves there or with the signal. */
  readonly runTo: (atMs: number, signal: AbortSignal) => Promise<void>;
}

export interface ReplayClockOptions {
  readonly real: Clock;
  /** When the recording began. */
  readonly at: Date;
  /** Seconds of the recording per second. */
  readonly speed: number;
}

/** Begins at `at`, and stands. */
export function createReplayClock({ real, at, speed }: ReplayClockOptions): ReplayClock {
  const originMs = real.nowMs();
  let leg = { fromMs: originMs, toMs: originMs, begunMs: originMs };
  const nowMs = (): number => Math.min(leg.toMs, leg.fromMs + (real.nowMs() - leg.begunMs) * speed);
  return {
    nowMs,
    date: () => new Date(at.getTime() + nowMs() - originMs),
    sleep: (ms, signal) => real.sleep(ms / speed, signal),
    async runTo(atMs, signal) {
      const fromMs = nowMs();
      leg = { fromMs, toMs: Math.max(fromMs, atMs), begunMs: real.nowMs() };
      await real.sleep((leg.toMs - fromMs) / speed, signal).catch(() => undefined);
    },
  };
}

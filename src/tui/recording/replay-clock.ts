/** The time of a recording that is shown again. */
import type { Clock } from '../../base/clock.ts';

export interface ReplayClock extends Clock {
  /** Time stands from now on. */
  readonly stand: () => void;
}

export interface ReplayClockOptions {
  readonly real: Clock;
  /** When the recording began. */
  readonly at: Date;
  /** Seconds of the recording per second. */
  readonly speed: number;
}

/** Begins now, and at `at`. */
export function createReplayClock({ real, at, speed }: ReplayClockOptions): ReplayClock {
  const originMs = real.nowMs();
  let standsAtMs: number | undefined;
  const nowMs = (): number => standsAtMs ?? originMs + (real.nowMs() - originMs) * speed;
  return {
    nowMs,
    date: () => new Date(at.getTime() + nowMs() - originMs),
    sleep: (ms, signal) => real.sleep(ms / speed, signal),
    stand: () => {
      standsAtMs ??= nowMs();
    },
  };
}

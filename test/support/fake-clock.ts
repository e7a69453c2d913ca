/** A clock that moves only when told, so that tests of leases and timeouts take no time. */
import type { Clock } from '../../src/base/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on and wakes, in order of their time, whoever slept until then. */
  advance(ms: number): Promise<void>;
  /** So much time passes at once, as while a machine is suspended: whoever has waited meanwhile wakes with the next `advance`. */
  leap(ms: number): void;
  /** How many sleepers wait. */
  sleepers(): number;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that starts at 2025-01-01 and monotonic 1,000,000 ms. */
export function createFakeClock(): FakeClock {
  const startMs = 1_000_000;
  let nowMs = startMs;
  let waiting: readonly Sleeper[] = [];

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const forget = (): void => {
        waiting = waiting.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        forget();
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        forget();
        resolve();
      };
      const sleeper: Sleeper = { atMs: nowMs + ms, wake };
      waiting = [...waiting, sleeper];
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  return {
    nowMs: () => nowMs,
    date: () => new Date(Date.UTC(2025, 0, 1) + nowMs - startMs),
    sleep,
    sleepers: () => waiting.length,
    leap(ms) {
      nowMs += ms;
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        // Lets code that was woken or started run to its next await on anything but time.
        await new Promise((resolve) => setImmediate(resolve));
        const next = waiting.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
      nowMs = untilMs;
    },
  };
}

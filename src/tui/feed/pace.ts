/** How often Redis is looked at, while that may change in the middle of a rest. */
import type { Clock } from '../../base/clock.ts';

export interface Pace {
  /** Time between the beginnings of two looks. */
  readonly intervalMs: () => number;
  readonly lookEvery: (intervalMs: number) => void;
  /** Resolves after `restMs(interval)` of the interval in force, also of one that is set meanwhile, or with `signal`. */
  readonly rest: (restMs: (intervalMs: number) => number, signal: AbortSignal) => Promise<void>;
}

/** Begins with a look every `intervalMs`. */
export function createPace(clock: Clock, intervalMs: number): Pace {
  let current = intervalMs;
  let sleeping = new AbortController();
  return {
    intervalMs: () => current,
    lookEvery: (next) => {
      current = next;
      sleeping.abort();
      sleeping = new AbortController();
    },
    rest: async (restMs, signal) => {
      const wake = (): void => sleeping.abort();
      signal.addEventListener('abort', wake);
      for (let rested = Number.NaN; rested !== current && !signal.aborted; ) {
        rested = current;
        await clock.sleep(Math.max(0, restMs(current)), sleeping.signal).catch(() => undefined);
      }
      signal.removeEventListener('abort', wake);
    },
  };
}

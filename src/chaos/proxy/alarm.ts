/** One timer that can be moved. */
import type { Clock } from '../../base/clock.ts';

export interface Alarm {
  /** Rings at `atMs` in place of any earlier setting; Infinity: not at all. */
  set(atMs: number): void;
  off(): void;
}

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let setting: { readonly atMs: number; readonly abort: AbortController } | undefined;
  const off = (): void => {
    setting?.abort.abort();
    setting = undefined;
  };
  return {
    off,
    set(atMs) {
      if (setting?.atMs === atMs) return;
      off();
      if (!Number.isFinite(atMs)) return;
      const abort = new AbortController();
      setting = { atMs, abort };
      clock.sleep(Math.max(0, atMs - clock.nowMs()), abort.signal).then(
        () => {
          setting = undefined;
          ring();
        },
        () => undefined,
      );
    },
  };
}

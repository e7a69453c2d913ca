/** How late timers of this process come, and how long its event loop is away: what the generator stands on. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../base/clock.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../histogram.ts';

/** As close together as the messages of a few dozen sessions. */
const EVERY_MS = 5;
const RESOLUTION_MS = 1;

export interface TimerReading {
  readonly lateness: LatencyHistogram;
  /** What Node itself tells of its loop, beyond the interval it looks at. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Waits for planned instants as the generator does. @throws the signal's reason */
export async function readTimers(clock: Clock, forMs: number, signal: AbortSignal): Promise<TimerReading> {
  const lateness = createLatencyHistogram();
  const loopDelay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loopDelay.enable();
  const originMs = clock.nowMs();
  for (let plannedMs = EVERY_MS; plannedMs <= forMs; plannedMs += EVERY_MS) {
    const dueMs = originMs + plannedMs;
    for (let leftMs = dueMs - clock.nowMs(); leftMs > 0; leftMs = dueMs - clock.nowMs()) {
      await clock.sleep(Math.max(1, Math.floor(leftMs)), signal);
    }
    // An instant that passed while the loop was away counts with all of that.
    lateness.recordMs(clock.nowMs() - dueMs);
  }
  loopDelay.disable();
  const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return {
    lateness,
    loopDelayMs: {
      p50: beyond(loopDelay.percentile(50)),
      p99: beyond(loopDelay.percentile(99)),
      max: beyond(loopDelay.max),
    },
  };
}

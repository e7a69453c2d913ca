/**
 * What is taken from a thread that never waits: it looks at the clock again and again, and each jump is time that the
 * machine gave to somebody else (as `redis-cli --intrinsic-latency` measures it).
 */
import type { Clock } from '../../base/clock.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../histogram.ts';

/** Shorter jumps are looking at the clock itself, and interrupts. */
const SHORTEST_GAP_MS = 0.05;
/** After so long the event loop gets its turn, so that a signal is heard; what that takes is no gap. */
const SLICE_MS = 50;

export interface BusyReading {
  readonly gaps: LatencyHistogram;
  /** Of the time in which the thread wanted to run. */
  readonly stolenShare: number;
  /** Smallest step of the clock. */
  readonly resolutionMs: number;
}

/** Keeps one core busy for `forMs`. @throws the signal's reason */
export async function readBusyGaps(clock: Clock, forMs: number, signal: AbortSignal): Promise<BusyReading> {
  const gaps = createLatencyHistogram();
  const untilMs = clock.nowMs() + forMs;
  let ranMs = 0;
  let stolenMs = 0;
  let resolutionMs = Number.POSITIVE_INFINITY;
  while (clock.nowMs() < untilMs) {
    const startMs = clock.nowMs();
    let lastMs = startMs;
    while (lastMs - startMs < SLICE_MS) {
      const nowMs = clock.nowMs();
      const stepMs = nowMs - lastMs;
      lastMs = nowMs;
      if (stepMs > 0 && stepMs < resolutionMs) resolutionMs = stepMs;
      if (stepMs < SHORTEST_GAP_MS) continue;
      gaps.recordMs(stepMs);
      stolenMs += stepMs;
    }
    ranMs += lastMs - startMs;
    await clock.sleep(0, signal);
  }
  return { gaps, stolenShare: ranMs === 0 ? 0 : stolenMs / ranMs, resolutionMs };
}

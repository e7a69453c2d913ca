/** What this process costs, between two looks: CPU share, event-loop delay, resident memory. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from './clock.ts';

export interface ProcessLoad {
  readonly rssBytes: number;
  /** CPU seconds per second of wall time since the last look; 0 at the first. */
  readonly cpuShare: number;
  /** 99th percentile of the event loop's delay since the last look, in milliseconds. */
  readonly loopDelayP99Ms: number;
}

const RESOLUTION_MS = 20;

/** Starts watching; each call of the result is a look. */
export function watchProcessLoad(clock: Clock): () => ProcessLoad {
  const loopDelay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loopDelay.enable();
  let cpu = process.cpuUsage();
  let atMs = clock.nowMs();
  return () => {
    const used = process.cpuUsage(cpu);
    const elapsedMs = clock.nowMs() - atMs;
    cpu = process.cpuUsage();
    atMs = clock.nowMs();
    const p99Ms = loopDelay.count > 0 ? loopDelay.percentile(99) / 1e6 - RESOLUTION_MS : 0;
    loopDelay.reset();
    return {
      rssBytes: process.memoryUsage.rss(),
      cpuShare: elapsedMs > 0 ? (used.user + used.system) / 1000 / elapsedMs : 0,
      loopDelayP99Ms: Math.max(0, p99Ms),
    };
  };
}

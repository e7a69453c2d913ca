/** What a process measures of its own resources. */
import { readdir, readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createHeapShare } from './heap-share.ts';
import type { Readings } from './levels.ts';

export type ResourceReadings = Pick<Readings, 'loopDelayMs' | 'heapShare' | 'fdShare'>;

export interface ResourceMonitor {
  /** Since the last reading, or as it is now. */
  read(): Promise<ResourceReadings>;
  close(): void;
}

const RESOLUTION_MS = 20;

/** Measures from now on. Where there is no /proc the share of descriptors reads 0. */
export function createResourceMonitor(): ResourceMonitor {
  const loopDelay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loopDelay.enable();
  const heapShare = createHeapShare();
  const mostFds = readMostFds();
  return {
    async read() {
      const p99Ms = loopDelay.count > 0 ? loopDelay.percentile(99) / 1e6 - RESOLUTION_MS : 0;
      loopDelay.reset();
      return {
        loopDelayMs: Math.max(0, p99Ms),
        heapShare: heapShare(),
        fdShare: (await countFds()) / (await mostFds),
      };
    },
    close: () => void loopDelay.disable(),
  };
}

async function countFds(): Promise<number> {
  return (await readdir('/proc/self/fd').catch(() => [])).length;
}

/** The soft limit, which is the one that is enforced. */
async function readMostFds(): Promise<number> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, soft] = /^Max open files\s+(\d+)/m.exec(text) ?? [];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}

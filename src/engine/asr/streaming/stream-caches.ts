/** The arrays of streams that are over serve those to come: as many as are over at about the same time. */
import { type CacheRegion, createCacheRegion, type RowLayout } from './cache-region.ts';

/** What one stream remembers: one region per cache of the graph. */
export type StreamCaches = readonly CacheRegion[];

export interface CachePool {
  /** Caches of zeros. */
  take(): StreamCaches;
  /** Nobody uses them any more. */
  giveBack(caches: StreamCaches): void;
}

const MOST_SPARE = 16;

export function createCachePool(layouts: readonly RowLayout[]): CachePool {
  const spare: StreamCaches[] = [];
  return {
    take() {
      const caches = spare.pop();
      if (!caches) return layouts.map(createCacheRegion);
      for (const region of caches) region.clear();
      return caches;
    },
    giveBack(caches) {
      if (spare.length < MOST_SPARE) spare.push(caches);
    },
  };
}

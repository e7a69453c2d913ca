import { describe, expect, it } from 'vitest';
import type { RowLayout } from '../../../../src/engine/asr/streaming/cache-region.ts';
import { createCachePool } from '../../../../src/engine/asr/streaming/stream-caches.ts';

const LAYOUTS: readonly RowLayout[] = [
  { groups: 1, heads: 1, rows: 2, width: 2 },
  { groups: 1, heads: 1, rows: 1, width: 1 },
];

describe('the arrays of a stream that is over', () => {
  it('[ENG-74] serve another one, which finds zeros even where there was something that is no number', () => {
    const pool = createCachePool(LAYOUTS);
    const used = pool.take();
    used[0]?.append({ data: Float32Array.of(Number.NaN, 1), batch: 1, count: 1 }, 0);
    pool.giveBack(used);
    const again = pool.take();
    expect(again).toBe(used);
    expect(again.map((region) => [...region.group(0)])).toEqual([[0, 0, 0, 0], [0]]);
  });

  it('[ENG-74] are of nobody else before', () => {
    const pool = createCachePool(LAYOUTS);
    expect(pool.take()).not.toBe(pool.take());
  });

  it('[ENG-74] are kept for a few streams only', () => {
    const pool = createCachePool(LAYOUTS);
    const over = Array.from({ length: 40 }, () => pool.take());
    for (const caches of over) pool.giveBack(caches);
    const next = over.map(() => pool.take());
    expect(next.filter((caches) => over.includes(caches))).toHaveLength(16);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type CacheRegion,
  createCacheRegion,
  type RowLayout,
} from '../../../../src/engine/asr/streaming/cache-region.ts';
import { createRowBench } from '../../../../src/engine/asr/streaming/row-bench.ts';

const LAYOUT: RowLayout = { groups: 3, heads: 2, rows: 2, width: 2 };

/** A stream that has had one row, with its name in every value. */
function stream(name: number): CacheRegion {
  const region = createCacheRegion(LAYOUT);
  const values = LAYOUT.groups * LAYOUT.heads * LAYOUT.width;
  const data = Float32Array.from({ length: values }, (_, i) => name * 100 + i);
  region.append({ data, batch: 1, count: 1 }, 0);
  return region;
}

function side(streams: readonly CacheRegion[]): readonly (readonly number[])[] {
  return Array.from({ length: LAYOUT.groups }, (_, group) =>
    streams.flatMap((each) => [...each.group(group)]),
  );
}

describe('rows side by side', () => {
  it('[ENG-72] are each stream its own, in the order it was asked for, whatever lay there before', () => {
    const bench = createRowBench(LAYOUT);
    const streams = [1, 2, 3, 4].map(stream) as [CacheRegion, CacheRegion, CacheRegion, CacheRegion];
    const [a, b, c, d] = streams;
    for (const asked of [[a, b, c], [c, a], [d, b, a, c], [b], [a, d]]) {
      expect(bench.seat(asked).map((tensor) => [...tensor])).toEqual(side(asked));
    }
  });

  it('[ENG-72] are not copied for a stream by itself', () => {
    const alone = stream(1);
    const [tensor] = createRowBench(LAYOUT).seat([alone]);
    expect(tensor?.buffer).toBe(alone.group(0).buffer);
  });

  it('[ENG-72] are not the streams: what happens on the bench leaves them as they were', () => {
    const [a, b] = [stream(1), stream(2)];
    const before = side([a, b]);
    for (const tensor of createRowBench(LAYOUT).seat([a, b])) tensor.fill(Number.NaN);
    expect(side([a, b])).toEqual(before);
  });
});

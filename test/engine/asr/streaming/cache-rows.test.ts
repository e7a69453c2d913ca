import { describe, expect, it } from 'vitest';
import { createRowGatherer } from '../../../../src/engine/asr/streaming/cache-rows.ts';

const ROW = 2;
const batch = Float32Array.of(1, 1, 2, 2, 3, 3);

describe('rows of a batched cache', () => {
  it('are handed back as they stand when the same streams step again', () => {
    const rows = [0, 1, 2].map((row) => ({ data: batch, row }));
    expect(createRowGatherer(ROW).gather(rows)).toBe(batch);
  });

  it('are gathered when a stream is missing, new, or in another place', () => {
    const other = Float32Array.of(8, 8, 9, 9);
    const { gather } = createRowGatherer(ROW);
    const pick = (...picked: readonly (readonly [Float32Array, number])[]): readonly number[] => [
      ...gather(picked.map(([data, row]) => ({ data, row }))),
    ];
    expect(pick([batch, 0], [batch, 1])).toEqual([1, 1, 2, 2]);
    expect(pick([batch, 2], [batch, 1], [batch, 0])).toEqual([3, 3, 2, 2, 1, 1]);
    expect(pick([batch, 1], [other, 1], [batch, 0])).toEqual([2, 2, 9, 9, 1, 1]);
    expect(pick([other, 1])).toEqual([9, 9]);
  });

  it('are never changed by gathering', () => {
    createRowGatherer(ROW)
      .gather([{ data: batch, row: 2 }])
      .fill(0);
    expect([...batch]).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('[ENG-67] are gathered layer by layer where the batch lies behind the layers', () => {
    const layers = 2;
    const pair = Float32Array.of(10, 11, 20, 21, 12, 13, 22, 23);
    const single = Float32Array.of(30, 31, 32, 33);
    const { gather } = createRowGatherer(4, layers);
    const rows = [0, 1].map((row) => ({ data: pair, row }));
    expect(gather(rows)).toBe(pair);
    expect([...gather([{ data: pair, row: 1 }])]).toEqual([20, 21, 22, 23]);
    expect([...gather([{ data: single, row: 0 }, ...rows])]).toEqual([
      30, 31, 10, 11, 20, 21, 32, 33, 12, 13, 22, 23,
    ]);
  });
});

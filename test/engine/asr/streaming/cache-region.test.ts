import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createCacheRegion,
  regionLength,
  type RowLayout,
} from '../../../../src/engine/asr/streaming/cache-region.ts';

const layouts: fc.Arbitrary<RowLayout> = fc.record({
  groups: fc.integer({ min: 1, max: 3 }),
  heads: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 4 }),
});

/** Numbers nobody else has: which row a value came from can be told from it. */
function createNumbers(): (length: number) => Float32Array {
  let next = 1;
  return (length) => Float32Array.from({ length }, () => next++);
}

function emptyRegion(layout: RowLayout, batch: number) {
  return createCacheRegion(layout, batch, new Float32Array(regionLength(layout, batch)));
}

/** All rows of stream `index`: groups × heads × rows × width. */
function rowsOf(region: ReturnType<typeof emptyRegion>, layout: RowLayout, index: number): number[] {
  const length = layout.heads * layout.rows * layout.width;
  return Array.from({ length: layout.groups }, (_, group) => [
    ...region.group(group).subarray(index * length, (index + 1) * length),
  ]).flat();
}

/** The same told naively: per group and head a list of rows of which the last are kept. */
class Naive {
  readonly blocks: number[][][];
  readonly #layout: RowLayout;
  constructor(layout: RowLayout) {
    this.#layout = layout;
    const row = (): number[] => new Array<number>(layout.width).fill(0);
    this.blocks = Array.from({ length: layout.groups * layout.heads }, () =>
      Array.from({ length: layout.rows }, row),
    );
  }
  append(data: Float32Array, at: { batch: number; count: number; index: number }): void {
    const { heads, rows, width } = this.#layout;
    for (const [q, block] of this.blocks.entries()) {
      const source = (Math.floor(q / heads) * at.batch + at.index) * heads + (q % heads);
      for (let r = 0; r < at.count; r++) {
        const from = (source * at.count + r) * width;
        block.push([...data.subarray(from, from + width)]);
      }
      block.splice(0, block.length - rows);
    }
  }
  get rows(): number[] {
    return this.blocks.flat(2);
  }
}

describe('cached rows', () => {
  it('[ENG-71] are the newest ones in order after any number of steps, far beyond the slack', () => {
    fc.assert(
      fc.property(
        layouts,
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 60 }),
        (layout, batch, counts) => {
          const numbers = createNumbers();
          const region = emptyRegion(layout, batch);
          const naive = Array.from({ length: batch }, () => new Naive(layout));
          for (const count of counts) {
            const data = numbers(layout.groups * batch * layout.heads * count * layout.width);
            region.append({ data, batch, count }, 0);
            for (const [index, stream] of naive.entries()) stream.append(data, { batch, count, index });
          }
          for (const [index, stream] of naive.entries()) {
            expect(rowsOf(region, layout, index)).toEqual(stream.rows);
          }
        },
      ),
    );
  });

  it('[ENG-71] of one stream are taken from the rows of a batch', () => {
    fc.assert(
      fc.property(layouts, fc.integer({ min: 1, max: 4 }), fc.nat(), (layout, batch, pick) => {
        const index = pick % batch;
        const region = emptyRegion(layout, 1);
        const naive = new Naive(layout);
        const data = createNumbers()(layout.groups * batch * layout.heads * 2 * layout.width);
        region.append({ data, batch, count: 2 }, index);
        naive.append(data, { batch, count: 2, index });
        expect(rowsOf(region, layout, 0)).toEqual(naive.rows);
      }),
    );
  });

  it('[ENG-71] are placed among those of others, and nothing of a former user stays', () => {
    fc.assert(
      fc.property(layouts, fc.integer({ min: 2, max: 4 }), (layout, batch) => {
        const numbers = createNumbers();
        const home = emptyRegion(layout, 1);
        home.append(
          { data: numbers(layout.groups * layout.heads * 3 * layout.width), batch: 1, count: 3 },
          0,
        );
        const used = new Float32Array(regionLength(layout, batch)).fill(Number.NaN);
        const region = createCacheRegion(layout, batch, used);
        for (let index = 0; index < batch; index++) region.place(index, index === 1 ? home : undefined);
        const empty = new Naive(layout).rows;
        for (let index = 0; index < batch; index++) {
          expect(rowsOf(region, layout, index)).toEqual(index === 1 ? rowsOf(home, layout, 0) : empty);
        }
      }),
    );
  });
});

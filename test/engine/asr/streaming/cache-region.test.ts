import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CacheRegion,
  createCacheRegion,
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

/** All rows: groups × heads × rows × width. */
function rowsOf(region: CacheRegion, { groups }: RowLayout): number[] {
  return Array.from({ length: groups }, (_, group) => [...region.group(group)]).flat();
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

const batches = fc
  .integer({ min: 1, max: 4 })
  .chain((batch) => fc.record({ batch: fc.constant(batch), index: fc.nat(batch - 1) }));

describe('cached rows', () => {
  it('[ENG-71] are the newest ones in order after any number of steps, far beyond the slack', () => {
    fc.assert(
      fc.property(
        layouts,
        batches,
        fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 60 }),
        (layout, { batch, index }, counts) => {
          const numbers = createNumbers();
          const region = createCacheRegion(layout);
          const naive = new Naive(layout);
          for (const count of counts) {
            const data = numbers(layout.groups * batch * layout.heads * count * layout.width);
            region.append({ data, batch, count }, index);
            naive.append(data, { batch, count, index });
          }
          expect(rowsOf(region, layout)).toEqual(naive.rows);
        },
      ),
    );
  });

  it('[ENG-71] are zero once they are cleared, wherever the view stood', () => {
    fc.assert(
      fc.property(layouts, fc.integer({ min: 0, max: 40 }), (layout, steps) => {
        const numbers = createNumbers();
        const region = createCacheRegion(layout);
        const append = (): Float32Array => {
          const data = numbers(layout.groups * layout.heads * layout.width);
          region.append({ data, batch: 1, count: 1 }, 0);
          return data;
        };
        for (let step = 0; step < steps; step++) append();
        region.clear();
        const naive = new Naive(layout);
        expect(rowsOf(region, layout)).toEqual(naive.rows);
        naive.append(append(), { batch: 1, count: 1, index: 0 });
        expect(rowsOf(region, layout)).toEqual(naive.rows);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestClasses, collapse, editDistance } from '../../../src/models/import/hear-windows.ts';

describe('the best classes of a row', () => {
  const rows = [
    [0, 5, 1, 7, 2, 3],
    [9, 1, 4, 0, 8, 2],
  ];

  it('are read frame by frame', () => {
    const encoded = {
      data: Float32Array.from(rows.flat()),
      rows: 2,
      frames: 2,
      width: 3,
      isFrameLast: false,
    };
    expect([bestClasses(encoded, 0), bestClasses(encoded, 1)]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('are read where the frames are the last axis', () => {
    const encoded = { data: Float32Array.from(rows.flat()), rows: 2, frames: 2, width: 3, isFrameLast: true };
    expect([bestClasses(encoded, 0), bestClasses(encoded, 1)]).toEqual([
      [2, 1],
      [0, 2],
    ]);
  });
});

describe('tokens', () => {
  it('are classes without repeats and blanks; a blank keeps two equal ones apart', () => {
    expect(collapse([9, 3, 3, 9, 3, 4, 4, 9], 9)).toEqual([3, 3, 4]);
  });

  it('differ by the fewest edits', () => {
    expect(editDistance([1, 2, 3], [1, 3])).toBe(1);
    expect(editDistance([], [1, 3])).toBe(2);
    expect(editDistance([1, 2, 3], [4, 1, 2, 5])).toBe(2);
  });

  it('differ symmetrically, and by no more than their length', () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(tokens, tokens, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance === 0).toBe(a.join() === b.join());
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  editDistance,
  framesOf,
  relativeDifference,
  tokensOf,
} from '../../../src/models/import/hear-windows.ts';

const ROWS = [
  [0, 5, 1, 7, 2, 3],
  [9, 1, 4, 0, 8, 2],
];

describe('the frames of a row', () => {
  it('lie frame by frame', () => {
    const encoded = {
      data: Float32Array.from(ROWS.flat()),
      rows: 2,
      frames: 2,
      width: 3,
      isFrameLast: false,
    };
    expect(framesOf(encoded, 1)).toEqual({ values: Float32Array.from(ROWS[1]!), width: 3 });
  });

  it('are turned where the frames are the last axis', () => {
    const encoded = { data: Float32Array.from(ROWS.flat()), rows: 2, frames: 2, width: 3, isFrameLast: true };
    expect(framesOf(encoded, 1)).toEqual({ values: Float32Array.of(9, 4, 8, 1, 0, 2), width: 3 });
  });
});

describe('tokens', () => {
  it('are best classes without repeats and blanks; a blank keeps two equal ones apart', () => {
    const best = [2, 0, 0, 2, 0, 1, 1, 2];
    const values = Float32Array.from(best.flatMap((id) => [0, 1, 2].map((c) => (c === id ? -0.1 : -5))));
    expect(tokensOf({ values, width: 3 }, 2)).toEqual([0, 0, 1]);
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

describe('the difference of frames', () => {
  const frames = (...values: readonly number[]) => [{ values: Float32Array.from(values), width: 1 }];

  it('is relative to their size', () => {
    expect(relativeDifference(frames(3, 4), frames(3, 4))).toBe(0);
    expect(relativeDifference(frames(3, 4), frames(3, 4.5))).toBeCloseTo(0.1);
  });

  it('is not a number where something is missing or is none', () => {
    expect(relativeDifference(frames(1, 2), frames(1))).toBeNaN();
    expect(relativeDifference(frames(1), frames(Number.NaN))).toBeNaN();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignTokens, firstFrames, medianFilter } from '../../../../src/engine/asr/whisper/alignment.ts';

/** Every monotone path from the first cell to the last, by brute force. */
function paths(tokens: number, frames: number): (readonly [number, number])[][] {
  const from = (token: number, frame: number): (readonly [number, number])[][] => {
    if (token === tokens - 1 && frame === frames - 1) return [[[token, frame]]];
    const steps = [
      [token + 1, frame + 1],
      [token + 1, frame],
      [token, frame + 1],
    ] as const;
    return steps
      .filter(([t, f]) => t < tokens && f < frames)
      .flatMap(([t, f]) => from(t, f).map((rest) => [[token, frame] as const, ...rest]));
  };
  return from(0, 0);
}

function costOf(path: readonly (readonly [number, number])[], costs: Float64Array, frames: number): number {
  return path.reduce((sum, [token, frame]) => sum + costs[token * frames + frame]!, 0);
}

describe('dynamic time warping', () => {
  it('[ENG-96] finds the cheapest monotone path there is', () => {
    const table = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
      .chain(([tokens, frames]) =>
        fc.record({
          tokens: fc.constant(tokens),
          frames: fc.constant(frames),
          // Multiples of 1/16: sums are exact in single precision, so ties are ties.
          costs: fc.array(fc.integer({ min: -64, max: 64 }), {
            minLength: tokens * frames,
            maxLength: tokens * frames,
          }),
        }),
      );
    fc.assert(
      fc.property(table, ({ tokens, frames, costs }) => {
        const values = Float64Array.from(costs, (cost) => cost / 16);
        const found = firstFrames(values, tokens, frames);
        const all = paths(tokens, frames);
        const cheapest = Math.min(...all.map((path) => costOf(path, values, frames)));
        // The first frames do not tell the whole path; the cheapest one through them must be the cheapest.
        const through = all.filter((path) =>
          found.every((frame, token) => path.find(([t]) => t === token)![1] === frame),
        );
        expect(Math.min(...through.map((path) => costOf(path, values, frames)))).toBe(cheapest);
      }),
    );
  });

  it('[ENG-96] follows a diagonal of attention', () => {
    const [tokens, frames] = [4, 40];
    const rows = Array.from({ length: tokens }, (_, token) =>
      Float32Array.from({ length: frames }, (_unused, frame) =>
        Math.floor(frame / 10) === token ? 0.09 : 0.01,
      ),
    );
    expect(alignTokens(rows, { heads: 1, frames })).toEqual([0, 10, 20, 30]);
  });

  it('[ENG-96] gives every token a place when attention says nothing, or there is no audio', () => {
    const flat = Array.from({ length: 3 }, () => new Float32Array(8).fill(1 / 8));
    expect(alignTokens(flat, { heads: 1, frames: 8 })).toHaveLength(3);
    expect(alignTokens(flat, { heads: 1, frames: 0 })).toEqual([0, 0, 0]);
    expect(alignTokens([], { heads: 1, frames: 8 })).toEqual([]);
  });
});

describe('the median filter', () => {
  it('[ENG-96] is the median of seven neighbours, mirrored at the ends', () => {
    // A thread that ran the runtime takes subnormal numbers for 0 in some operations and not in others.
    const value = fc.float({ noNaN: true, min: -9, max: 9 }).map((x) => (Math.abs(x) < 2 ** -126 ? 0 : x));
    const rows = fc.array(value, { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(rows, (row) => {
        const filtered = medianFilter(Float32Array.from(row));
        for (const at of row.keys()) {
          const window = [-3, -2, -1, 0, 1, 2, 3].map((offset) => {
            const index = Math.abs(at + offset);
            return row[index < row.length ? index : 2 * (row.length - 1) - index]!;
          });
          expect(filtered[at]! + 0).toBe(window.toSorted((a, b) => a - b)[3]! + 0);
        }
      }),
    );
  });

  it('[ENG-96] leaves a row alone that is too short to be mirrored', () => {
    expect(medianFilter(Float32Array.of(3, 1, 2))).toEqual(Float32Array.of(3, 1, 2));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSequence } from '../../src/client/sequence.ts';

describe('the numbers of events', () => {
  it('[CLI-5] are each counted once, with holes until they are filled', () => {
    const sequence = createSequence();
    expect(sequence.unbroken).toBe(0);
    expect([1, 2, 5, 2, 4].map((seq) => sequence.accept(seq))).toEqual([true, true, true, false, true]);
    expect([sequence.unbroken, sequence.holes]).toEqual([2, 1]);
    expect([sequence.accept(3), sequence.accept(3), sequence.accept(0)]).toEqual([true, false, false]);
    expect([sequence.unbroken, sequence.holes]).toEqual([5, 0]);
  });

  it('[CLI-5] make the same record as a set would, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (numbers) => {
        const sequence = createSequence();
        const seen = new Set<number>();
        for (const seq of numbers) {
          expect(sequence.accept(seq)).toBe(!seen.has(seq));
          seen.add(seq);
        }
        const highest = Math.max(0, ...seen);
        const missing = Array.from({ length: highest }, (_, index) => index + 1).filter(
          (seq) => !seen.has(seq),
        );
        expect(sequence.holes).toBe(missing.length);
        expect(sequence.unbroken).toBe((missing[0] ?? highest + 1) - 1);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/base/display-width.ts';
import { wrapToColumns } from '../../../src/tui/drawing/wrap-text.ts';

describe('text on lines of a screen', () => {
  it('is broken at spaces', () => {
    expect(wrapToColumns('and then we ship the router', 10)).toEqual(['and then', 'we ship', 'the router']);
    expect(wrapToColumns('fits', 10)).toEqual(['fits']);
    expect(wrapToColumns('', 10)).toEqual(['']);
  });

  it('is broken between any characters where there are no spaces, by the columns they take', () => {
    expect(wrapToColumns('会議は金曜日の午後', 8)).toEqual(['会議は金', '曜日の午', '後']);
    expect(wrapToColumns('ok 会議は金曜日', 9)).toEqual(['ok 会議は', '金曜日']);
  });

  it('[TOP-39] is never wider than the line and loses no character but spaces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 2, max: 40 }),
        (raw, columns) => {
          const text = raw.replace(/\p{Cc}|\p{M}/gu, '');
          const lines = wrapToColumns(text, columns);
          expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    );
  });
});

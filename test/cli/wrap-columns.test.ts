import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/base/display-width.ts';
import { lastLines, wrapColumns } from '../../src/cli/wrap-columns.ts';

describe('wrapColumns', () => {
  it('breaks at spaces', () => {
    expect(wrapColumns('so who is going to pay', 10)).toEqual(['so who is', 'going to', 'pay']);
  });

  it('cuts text without spaces between characters, wide ones counted twice', () => {
    expect(wrapColumns('日本語のテキスト', 6)).toEqual(['日本語', 'のテキ', 'スト']);
    expect(wrapColumns('a👩‍👩‍👧b', 2)).toEqual(['a', '👩‍👩‍👧', 'b']);
  });

  it('[STR-6] loses nothing and keeps to the width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z日本é👍]{1,12}$/u), { maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 30 }), (parts, columns) => {
        const lines = wrapColumns(parts.join(' '), columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(parts.join(''));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('lastLines', () => {
  const fit = { columns: 12, count: 2, ellipsis: '…' };

  it('is everything where there is room', () => {
    expect(lastLines('so who is going', fit)).toEqual(['so who is', 'going']);
  });

  it('is the end, and says that there was more', () => {
    expect(lastLines('and then we ship the router on friday right', fit)).toEqual(['…friday', 'right']);
  });

  it('[STR-6] keeps to the width and the count', () => {
    const texts = fc.stringMatching(/^[a-z日 ]{0,80}$/u);
    fc.assert(
      fc.property(texts, fc.integer({ min: 4, max: 30 }), (text, columns) => {
        const lines = lastLines(text, { ...fit, columns });
        expect(lines.length).toBeLessThanOrEqual(2);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

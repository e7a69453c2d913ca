import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, keepEnd } from '../../src/base/display-width.ts';

describe('the width of a text', () => {
  it.each([
    ['', 0],
    ['sess_8f2a', 9],
    ['sí, ça va', 9],
    ['──█░', 4],
    ['会議', 4],
    ['🙂 ok', 5],
    ['e\u0301', 1],
    ['soft\u00adhyphen', 10],
  ])('of %j is %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it('of a text is that of its parts where neither joins the other', () => {
    const parts = fc.array(fc.constantFrom('a', 'é', '─', '█', '会', '…', ' ', '🙂'), { maxLength: 12 });
    fc.assert(
      fc.property(parts, (all) => {
        expect(displayWidth(all.join(''))).toBe(all.reduce((sum, part) => sum + displayWidth(part), 0));
      }),
    );
  });

  it('is never more than the room a text was cut to', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (text, columns) => {
        expect(displayWidth(keepEnd(text, columns, '…'))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

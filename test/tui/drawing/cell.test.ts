import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/base/display-width.ts';
import { cell, toAscii } from '../../../src/tui/drawing/cell.ts';
import { ASCII, UNICODE } from '../../../src/tui/drawing/glyphs.ts';

describe('a cell', () => {
  it.each([
    ['short', {}, 'short   '],
    ['short', { align: 'right' }, '   short'],
    ['much too long', {}, 'much to…'],
    ['much too long', { keep: 'end' }, '…oo long'],
    ['会議は金曜日', {}, '会議は… '],
    ['会議は金曜日', { keep: 'end' }, '…金曜日 '],
    ['', {}, '        '],
  ] as const)('%j %j is eight columns', (text, options, expected) => {
    const shown = cell(text, { width: 8, ...options }, UNICODE);
    expect(shown).toBe(expected);
    expect(displayWidth(shown)).toBe(8);
  });

  it('has ASCII characters alone where no others can be shown', () => {
    expect(cell('sí, 会議 — naïve', { width: 16 }, ASCII)).toBe('si, ?? ? naive  ');
    expect(toAscii('ﬁn\u2026')).toBe('fin...');
  });
});

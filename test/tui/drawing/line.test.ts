import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/base/display-width.ts';
import type { Span } from '../../../src/tui/drawing/column.ts';
import {
  beside,
  EMPTY_LINE,
  exactly,
  type Line,
  lineOf,
  lineText,
  textLine,
} from '../../../src/tui/drawing/line.ts';
import { createTheme } from '../../../src/tui/drawing/theme.ts';

const PLAIN = createTheme({ color: false, ascii: false });
const COLOURED = createTheme({ color: true, ascii: false });
const SPANS: readonly Span[] = [
  { text: 'w-1', tone: 'strong' },
  { text: 'READY', tone: 'good' },
  { text: '3/4', tone: 'plain' },
];

function written(line: Line, columns = 40, theme = PLAIN): string {
  return lineText(line, { columns, theme });
}

describe('a line', () => {
  it('stands one column in, its spans two apart', () => {
    expect(written(lineOf(SPANS))).toBe(' w-1  READY  3/4');
  });

  it('has the gap it was given', () => {
    expect(written(lineOf(SPANS, { gap: '' }))).toBe(' w-1READY3/4');
  });

  it('ends each colour where it began, gap included', () => {
    const text = written(lineOf(SPANS), 40, COLOURED);
    expect(text).toBe(' \u001b[1mw-1\u001b[22m\u001b[32m  READY\u001b[39m  3/4');
  });

  it('ends without spaces, coloured or not', () => {
    const line = lineOf([...SPANS, { text: '   ', tone: 'faint' }]);
    expect(written(line)).toBe(' w-1  READY  3/4');
    expect(written(line, 40, COLOURED)).toMatch(/3\/4$/);
    expect(written(EMPTY_LINE)).toBe('');
  });

  it('that is chosen is marked, and inverse to its last space where there are colours', () => {
    const line = lineOf([{ text: 'w-1   ', tone: 'plain' }], { isChosen: true });
    expect(written(line)).toBe('›w-1');
    expect(written(line, 40, COLOURED)).toBe('\u001b[7m›w-1   \u001b[27m');
  });

  it.each([1, 4, 5, 8, 11, 15])('is never wider than a terminal of %i columns', (columns) => {
    const wide = lineOf([...SPANS, { text: '日本語', tone: 'plain' }]);
    expect(displayWidth(written(wide, columns))).toBeLessThanOrEqual(columns);
  });

  it('that has no room tells so where it is cut, and nothing follows', () => {
    expect(written(lineOf(SPANS), 8)).toBe(' w-1  R…');
  });
});

describe('lines', () => {
  const lines = ['a', 'b', 'c'].map((text) => textLine(text));
  const texts = (shown: readonly Line[]): readonly string[] => shown.map((line) => written(line));

  it('are as many as there are rows', () => {
    expect(texts(exactly(lines, 2))).toEqual([' a', ' b']);
    expect(texts(exactly(lines, 4))).toEqual([' a', ' b', ' c', '']);
  });

  it('stand beside each other from a column on, however many there are on either side', () => {
    expect(texts(beside(lines, [textLine('x')], 6))).toEqual([' a     x', ' b', ' c']);
    expect(texts(beside([textLine('日')], lines, 6))).toEqual([' 日    a', '       b', '       c']);
  });
});

import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/base/display-width.ts';
import {
  ageText,
  ASCII,
  bar,
  cell,
  clockText,
  msText,
  sparkline,
  toAscii,
  UNICODE,
} from '../../../src/tui/drawing/format.ts';
import { layOut } from '../../../src/tui/screens/layout.ts';

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

describe('a bar', () => {
  it.each([
    [0, '░░░░░░░░░░'],
    [0.001, '█░░░░░░░░░'],
    [0.5, '█████░░░░░'],
    [0.999, '█████████░'],
    [1, '██████████'],
    [7, '██████████'],
    [-1, '░░░░░░░░░░'],
  ])('of %f', (share, expected) => {
    expect(bar(share, 10, UNICODE)).toBe(expected);
  });
});

describe('a sparkline', () => {
  it('shows the newest values against the top', () => {
    expect(sparkline([9, 0, 4, 8], 8, { width: 3, glyphs: UNICODE })).toBe('▁▅█');
  });

  it('of a fleet without capacity is flat', () => {
    expect(sparkline([0, 0], 0, { width: 5, glyphs: ASCII })).toBe('__');
  });
});

describe('numbers', () => {
  it.each([
    [0, '0s'],
    [119_999, '119s'],
    [120_000, '2m'],
    [7_200_000, '2h'],
  ])('%i ms ago is %s', (ageMs, expected) => {
    expect(ageText(ageMs)).toBe(expected);
  });

  it.each([
    [0.04, '0.0'],
    [9.94, '9.9'],
    [9.96, '10'],
    [1203.4, '1203'],
  ])('%f ms is %s', (ms, expected) => {
    expect(msText(ms)).toBe(expected);
  });

  it.each([
    [0, '0:00'],
    [725.9, '12:05'],
    [3723, '1:02:03'],
  ])('%f s of audio is %s', (seconds, expected) => {
    expect(clockText(seconds)).toBe(expected);
  });
});

describe('the layout', () => {
  it('gives away every row and no more, whatever there is to show', () => {
    for (const columns of [60, 80, 109, 110, 200]) {
      for (let rows = 12; rows <= 70; rows += 1) {
        for (const [workers, alerts, sessions] of [
          [0, 0, 0],
          [1, 1, 900],
          [50, 50, 50],
          [50, 50, 1],
          [3, 90, 2],
        ] as const) {
          const layout = layOut({ columns, rows, workers, alerts, sessions });
          const beside = layout.isWide ? 0 : layout.alertRows + 1;
          const parts = layout.isWide ? 3 : 4;
          const fixed = 6 + layout.gap * parts;
          expect(fixed + beside + layout.workerRows + layout.sessionRows).toBe(rows);
          expect(Math.min(layout.workerRows, layout.alertRows, layout.sessionRows)).toBeGreaterThan(0);
        }
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import { bar, sparkline } from '../../../src/tui/drawing/bars.ts';
import { ASCII, UNICODE } from '../../../src/tui/drawing/glyphs.ts';

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

import { describe, expect, it } from 'vitest';
import { ageText, clockText, msText } from '../../../src/tui/drawing/quantity-text.ts';

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

import { expect, it } from 'vitest';
import { isSplitDue } from '../../../src/engine/session/cuts.ts';

it.each([
  { maxMs: 30_000, lengthMs: 26_999, pause: false, speech: false },
  { maxMs: 30_000, lengthMs: 27_000, pause: true, speech: false },
  { maxMs: 30_000, lengthMs: 29_999, pause: true, speech: false },
  { maxMs: 30_000, lengthMs: 30_000, pause: true, speech: true },
  { maxMs: 5000, lengthMs: 3999, pause: false, speech: false },
  { maxMs: 5000, lengthMs: 4000, pause: true, speech: false },
  { maxMs: 5000, lengthMs: 5000, pause: true, speech: true },
])('[ENG-20] $lengthMs of $maxMs ms: cut at a pause $pause, cut anyway $speech', (row) => {
  const { lengthMs, maxMs, pause, speech } = row;
  expect(isSplitDue(lengthMs, { maxMs, isPause: true })).toBe(pause);
  expect(isSplitDue(lengthMs, { maxMs, isPause: false })).toBe(speech);
});

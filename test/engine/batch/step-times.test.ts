import { expect, it } from 'vitest';
import { createStepTimes } from '../../../src/engine/batch/step-times.ts';

it('tells how long steps took and how full they were', () => {
  const times = createStepTimes();
  expect([times.steps, times.batchFill, times.quantileMs(0.5)]).toEqual([0, 0, 0]);
  for (const [durationMs, batch] of [
    [5, 1],
    [1, 4],
    [9, 1],
  ] as const)
    times.record(durationMs, batch);
  expect([times.steps, times.batchFill, times.quantileMs(0.5), times.quantileMs(1)]).toEqual([3, 2, 5, 9]);
});

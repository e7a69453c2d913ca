import { expect, it } from 'vitest';
import { createStepTimes } from '../../../src/engine/batch/step-times.ts';

it('tells how long steps took and how full they were', () => {
  const times = createStepTimes();
  expect(times.read()).toMatchObject({ steps: 0, batchFill: 0, stepP50Ms: 0 });
  times.record(5, 1);
  times.record(1, 4);
  times.record(9, 1);
  expect(times.read()).toMatchObject({ steps: 3, batchFill: 2, stepP50Ms: 5, stepP99Ms: 9 });
});

it('counts lags from one reading to the next', () => {
  const times = createStepTimes();
  for (const lagMs of [10, 30, 20]) times.recordLag(lagMs);
  expect(times.read()).toMatchObject({ lagP50Ms: 20, lagP95Ms: 30, lagSteps: 3 });
  expect(times.read()).toMatchObject({ lagP50Ms: 0, lagP95Ms: 0, lagSteps: 0 });
});

it('tells how long sessions waited for their steps since the last question', () => {
  const times = createStepTimes();
  for (const waitMs of [4, 1, 2]) times.recordWait(waitMs);
  expect(times.read()).toMatchObject({ stepWaitP50Ms: 2, stepWaitP95Ms: 4 });
  expect(times.read()).toMatchObject({ stepWaitP50Ms: 0, stepWaitP95Ms: 0 });
});

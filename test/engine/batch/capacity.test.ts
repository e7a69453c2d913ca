import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestBatch,
  loadMs,
  longestStepMs,
  MEASURED_UTTERANCE_MS,
  type MeasuredModel,
  type MeasuredStep,
  sessionsWithin,
} from '../../../src/engine/batch/capacity.ts';

function step(batch: number, stepMs: number, scoreMs = stepMs / 10): MeasuredStep {
  return { batch, stepMs, slowestStepMs: stepMs, scoreMs };
}

const steps = [step(1, 2, 0.2), step(4, 5, 0.5), step(8, 9, 0.9)];
const PERIOD_MS = 160;

function model(measured: readonly MeasuredStep[], periodMs = PERIOD_MS): MeasuredModel {
  return { model: 'tiny', periodMs, steps: measured };
}

describe('the load of a chunk', () => {
  it('[ENG-30] is one recogniser step and a detector step for each 32 ms', () => {
    expect(loadMs(steps, 1, PERIOD_MS)).toBeCloseTo(2 + 5 * 0.2);
    expect(loadMs(steps, 8, PERIOD_MS)).toBeCloseTo(9 + 5 * 0.9);
  });

  it('[ENG-30] is interpolated between measured batches and repeated beyond the largest', () => {
    expect(loadMs(steps, 6, PERIOD_MS)).toBeCloseTo(7 + 5 * 0.7);
    expect(loadMs(steps, 17, PERIOD_MS)).toBeCloseTo(2 * (9 + 4.5) + 3);
  });

  it('is endless without a measurement', () => {
    expect(loadMs([], 1, PERIOD_MS)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the capacity', () => {
  it('[ENG-30] is what fits into four fifths of a chunk, nearly half of the core kept for serving', () => {
    const sessions = sessionsWithin(model(steps));
    const budgetMs = 0.8 * 0.55 * PERIOD_MS;
    expect(loadMs(steps, sessions, PERIOD_MS)).toBeLessThanOrEqual(budgetMs);
    expect(loadMs(steps, sessions + 1, PERIOD_MS)).toBeGreaterThan(budgetMs);
    expect(sessions).toBe(40);
  });

  it('[ENG-30] is at least 1 on a machine too slow and at most 2048 on any', () => {
    expect(sessionsWithin(model([step(1, 500)]))).toBe(1);
    expect(sessionsWithin(model([step(1, 0.001)]))).toBe(2048);
  });

  it('[ENG-30] does not count on batches larger than those that are run', () => {
    const wasteful = [...steps, step(16, 40)];
    expect(sessionsWithin(model(wasteful))).toBe(sessionsWithin(model(steps)));
  });

  it('[ENG-30] does not grow when steps take longer', () => {
    const factor = fc.double({ min: 1, max: 20, noNaN: true });
    fc.assert(
      fc.property(factor, (slower) => {
        const slow = steps.map((each) => ({ ...each, stepMs: each.stepMs * slower }));
        expect(sessionsWithin(model(slow))).toBeLessThanOrEqual(sessionsWithin(model(steps)));
      }),
      { seed: 10 },
    );
  });
});

describe('the longest step', () => {
  it('[FLO-6] of a streaming model is the slowest that was measured', () => {
    expect(longestStepMs([model(steps)])).toBe(9);
    expect(longestStepMs([])).toBe(0);
  });

  it('[FLO-6] of a model that takes whole utterances is that of half a minute', () => {
    expect(longestStepMs([model(steps), model([step(1, 900)], MEASURED_UTTERANCE_MS)])).toBe(5400);
  });
});

describe('the size of a batch', () => {
  it('[ENG-29] is the one with the cheapest session', () => {
    expect(bestBatch(model(steps))).toBe(8);
    expect(bestBatch(model([...steps, step(16, 18), step(32, 40)]))).toBe(8);
  });

  it('[ENG-29] is never one whose step takes two fifths of the chunk', () => {
    expect(bestBatch(model(steps, 20))).toBe(4);
    expect(bestBatch(model([step(1, 300), step(2, 310)]))).toBe(1);
  });
});

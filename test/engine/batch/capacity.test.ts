import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOAD_SHARE, loadMs, type MeasuredStep, sessionsWithin } from '../../../src/engine/batch/capacity.ts';

const measured: readonly MeasuredStep[] = [
  { batch: 1, stepMs: 2, scoreMs: 0.2 },
  { batch: 4, stepMs: 5, scoreMs: 0.5 },
  { batch: 8, stepMs: 9, scoreMs: 0.9 },
];
const CHUNK_MS = 160;

describe('the load of a chunk', () => {
  it('[ENG-30] is one recogniser step and a detector step for each 32 ms', () => {
    expect(loadMs(measured, 1, CHUNK_MS)).toBeCloseTo(2 + 5 * 0.2);
    expect(loadMs(measured, 8, CHUNK_MS)).toBeCloseTo(9 + 5 * 0.9);
  });

  it('[ENG-30] is interpolated between measured batches and repeated beyond the largest', () => {
    expect(loadMs(measured, 6, CHUNK_MS)).toBeCloseTo(7 + 5 * 0.7);
    expect(loadMs(measured, 17, CHUNK_MS)).toBeCloseTo(2 * (9 + 4.5) + 3);
  });

  it('is endless without a measurement', () => {
    expect(loadMs([], 1, CHUNK_MS)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the capacity', () => {
  it('[ENG-30] is what fits into half of a chunk', () => {
    const sessions = sessionsWithin(measured, CHUNK_MS);
    expect(sessions).toBe(47);
    expect(loadMs(measured, sessions, CHUNK_MS)).toBeLessThanOrEqual(LOAD_SHARE * CHUNK_MS);
    expect(loadMs(measured, sessions + 1, CHUNK_MS)).toBeGreaterThan(LOAD_SHARE * CHUNK_MS);
  });

  it('[ENG-30] is at least 1 on a machine too slow and at most 256 on any', () => {
    expect(sessionsWithin([{ batch: 1, stepMs: 500, scoreMs: 5 }], CHUNK_MS)).toBe(1);
    expect(sessionsWithin([{ batch: 1, stepMs: 0.001, scoreMs: 0.001 }], CHUNK_MS)).toBe(256);
  });

  it('[ENG-30] does not grow when steps take longer', () => {
    const factor = fc.double({ min: 1, max: 20, noNaN: true });
    fc.assert(
      fc.property(factor, (slower) => {
        const slow = measured.map((step) => ({ ...step, stepMs: step.stepMs * slower }));
        expect(sessionsWithin(slow, CHUNK_MS)).toBeLessThanOrEqual(sessionsWithin(measured, CHUNK_MS));
      }),
      { seed: 10 },
    );
  });
});

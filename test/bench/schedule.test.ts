import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSchedule,
  dueMs,
  duesInOrder,
  messageOf,
  type ScheduleOptions,
} from '../../src/bench/schedule.ts';

const options = fc.record({
  sessions: fc.integer({ min: 1, max: 20 }),
  frameMs: fc.integer({ min: 10, max: 200 }),
  seed: fc.nat(),
  warmupMs: fc.integer({ min: 0, max: 2000 }),
  measuredMs: fc.integer({ min: 100, max: 3000 }),
  loopSamples: fc.integer({ min: 1, max: 500_000 }),
});

const forAny = (check: (options: ScheduleOptions) => void): void => {
  fc.assert(fc.property(options, check), { numRuns: 50 });
};

describe('a schedule', () => {
  it('[BEN-1] names every message of every session once, in the order in which they are due', () => {
    forAny((chosen) => {
      const schedule = createSchedule(chosen);
      const dues = [...duesInOrder(schedule)];
      const outOfOrder = dues.filter(({ atMs }, index) => atMs < (dues[index - 1]?.atMs ?? 0));
      expect(outOfOrder).toEqual([]);
      for (const [session, plan] of schedule.plans.entries()) {
        const own = dues.filter((due) => due.session === session);
        const expected = Array.from({ length: plan.messages }, (_, message) => ({
          session,
          message,
          atMs: dueMs(schedule, plan, message),
        }));
        expect(own).toEqual(expected);
      }
    });
  });

  it('[BEN-1] makes a message due when its last sample would have been spoken', () => {
    forAny((chosen) => {
      const schedule = createSchedule(chosen);
      for (const plan of schedule.plans) {
        expect(dueMs(schedule, plan, 0)).toBeCloseTo(plan.startAtMs + chosen.frameMs, 6);
        expect(dueMs(schedule, plan, 7) - dueMs(schedule, plan, 6)).toBeCloseTo(chosen.frameMs, 6);
      }
    });
  });

  it('[BEN-2] is the same for the same seed, and another for another', () => {
    forAny((chosen) => {
      expect(createSchedule(chosen)).toEqual(createSchedule({ ...chosen }));
      const other = createSchedule({ ...chosen, seed: chosen.seed + 1 });
      expect(other.plans).not.toEqual(createSchedule(chosen).plans);
    });
  });

  it('has everybody speaking before the warm-up begins, until the measured time ends', () => {
    forAny((chosen) => {
      const schedule = createSchedule(chosen);
      for (const plan of schedule.plans) {
        expect(plan.startAtMs + chosen.warmupMs).toBeLessThanOrEqual(schedule.measureFromMs);
        const lastMs = dueMs(schedule, plan, plan.messages - 1);
        expect(lastMs).toBeLessThan(schedule.measureUntilMs);
        expect(lastMs + chosen.frameMs).toBeGreaterThanOrEqual(schedule.measureUntilMs - 1e-6);
        expect(plan.offsetSamples).toBeLessThan(chosen.loopSamples);
      }
    });
  });

  it.each([
    [0, 0],
    [1, 0],
    [1280, 0],
    [1281, 1],
    [2560, 1],
  ])('finds the message that carries the last of %i samples: %i', (samples, message) => {
    const schedule = createSchedule({
      sessions: 1,
      frameMs: 80,
      seed: 1,
      warmupMs: 0,
      measuredMs: 1000,
      loopSamples: 1,
    });
    expect(messageOf(schedule, samples)).toBe(message);
  });
});

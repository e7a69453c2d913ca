import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityOf, type LadderPlan, type LadderStep, nextMove } from '../../src/bench/ladder.ts';

type Answer = (sessions: number, index: number) => Partial<LadderStep>;

/** Climbs until the ladder stops; `answer` is what the server and the generator make of each load. */
function climb(plan: LadderPlan, answer: Answer): { steps: LadderStep[]; reason: string } {
  const steps: LadderStep[] = [];
  for (;;) {
    const move = nextMove(plan, steps);
    if (move.type === 'stop') return { steps, reason: move.reason };
    const { sessions } = move;
    steps.push({
      sessions,
      admitted: sessions,
      refused: 0,
      verdict: 'pass',
      ...answer(sessions, steps.length),
    });
    if (steps.length > 60) throw new Error('the ladder does not end');
  }
}

const holds =
  (limit: number): Answer =>
  (sessions) => ({ verdict: sessions <= limit ? 'pass' : 'fail' });

describe('an automatic ladder', () => {
  it('[BEN-15] finds any limit to 4 % or one session', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 3000 }), (limit, first) => {
        const { steps, reason } = climb({ kind: 'auto', first, most: 5000 }, holds(limit));
        const { sessions, knee } = capacityOf(steps);
        expect(reason).toBe('found');
        expect(sessions ?? 0).toBeLessThanOrEqual(limit);
        expect(knee ?? 0).toBeGreaterThan(limit);
        expect((knee ?? 0) - (sessions ?? 0)).toBeLessThanOrEqual(Math.max(1, (knee ?? 0) * 0.04));
        expect(steps.length).toBeLessThanOrEqual(32);
      }),
    );
  });

  it('[BEN-15] grows by a half, then halves the interval', () => {
    const { steps } = climb({ kind: 'auto', first: 16, most: 1000 }, holds(40));
    expect(steps.map(({ sessions }) => sessions)).toEqual([16, 24, 36, 54, 45, 40, 42, 41]);
  });

  it('[BEN-15] ends where the server refuses more', () => {
    const { steps, reason } = climb({ kind: 'auto', first: 4, most: 1000 }, (sessions) => ({
      admitted: Math.min(sessions, 8),
      refused: Math.max(0, sessions - 8),
    }));
    expect(reason).toBe('refused');
    expect(capacityOf(steps)).toEqual({ sessions: 8, knee: 9 });
  });

  it('[BEN-15] offers a void step once more, then gives up', () => {
    const once = climb({ kind: 'auto', first: 8, most: 1000 }, (sessions, index) =>
      index === 1 ? { verdict: 'void' } : holds(12)(sessions, index),
    );
    expect(once.steps.slice(0, 3).map(({ sessions }) => sessions)).toEqual([8, 12, 12]);
    expect(once.reason).toBe('found');
    const always = climb({ kind: 'auto', first: 8, most: 1000 }, () => ({ verdict: 'void' }));
    expect(always).toMatchObject({ reason: 'generator', steps: [{ sessions: 8 }, { sessions: 8 }] });
    expect(capacityOf(always.steps)).toEqual({ sessions: null, knee: null });
  });

  it('[BEN-15] ends at the most that may be offered', () => {
    const { steps, reason } = climb({ kind: 'auto', first: 8, most: 20 }, () => ({}));
    expect([reason, ...steps.map(({ sessions }) => sessions)]).toEqual(['most', 8, 12, 18, 20]);
  });
});

describe('capacity', () => {
  const step = (sessions: number, verdict: LadderStep['verdict'], refused = 0): LadderStep => ({
    sessions,
    admitted: sessions - refused,
    refused,
    verdict,
  });

  it('of a list offers exactly what is listed', () => {
    const { steps, reason } = climb({ kind: 'list', loads: [4, 1, 4] }, () => ({}));
    expect([reason, ...steps.map(({ sessions }) => sessions)]).toEqual(['listed', 4, 1, 4]);
  });

  it('[BEN-14] is the most that was held below the knee', () => {
    const steps = [step(4, 'pass'), step(8, 'pass'), step(16, 'fail'), step(32, 'pass')];
    expect(capacityOf(steps)).toEqual({ sessions: 8, knee: 16 });
  });

  it('[BEN-14] counts those admitted where others were refused', () => {
    expect(capacityOf([step(8, 'pass'), step(16, 'pass', 4)])).toEqual({ sessions: 12, knee: 16 });
  });

  it('[BEN-14] is unknown where nothing was held, and has no knee where nothing broke', () => {
    expect(capacityOf([step(8, 'fail')])).toEqual({ sessions: null, knee: 8 });
    expect(capacityOf([step(8, 'pass')])).toEqual({ sessions: 8, knee: null });
  });

  it('[BEN-12] takes no evidence from a void step', () => {
    expect(capacityOf([step(8, 'pass'), step(16, 'void')])).toEqual({ sessions: 8, knee: null });
  });
});

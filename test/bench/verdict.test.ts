import { describe, expect, it } from 'vitest';
import type { StepOutcome } from '../../src/bench/load-step.ts';
import { createStepRecorder } from '../../src/bench/recorder.ts';
import { judgeStep } from '../../src/bench/verdict.ts';

const LIMITS = { sloMs: 160, voidLatenessMs: 5 };

interface Measured extends Partial<StepOutcome> {
  readonly respMs?: readonly number[];
  readonly latenessMs?: readonly number[];
  readonly early?: boolean;
  readonly isMissing?: boolean;
}

function outcome({
  respMs = [10, 20],
  latenessMs = [1],
  early,
  isMissing,
  ...changes
}: Measured): StepOutcome {
  const recorder = createStepRecorder({ measureFromMs: 0, measureUntilMs: 1000 });
  for (const ms of respMs) recorder.lag('resp_lag', 0, ms);
  for (const ms of latenessMs) recorder.lag('lateness', 0, ms);
  if (early) recorder.early();
  if (isMissing) recorder.missing('flush_lag', 0, 10);
  return {
    sessions: 4,
    admitted: 4,
    refused: 0,
    failed: 0,
    incomplete: 0,
    failures: {},
    refusals: {},
    warnings: {},
    retryAfterMs: undefined,
    goodput: 4,
    transcripts: [],
    startedAt: new Date(0),
    measuredMs: 1000,
    recorder,
    generator: { cpuShare: 0, loopDelayP99Ms: 0, rssBytes: 0 },
    servers: [],
    ...changes,
  };
}

describe('a step', () => {
  it.each<[string, Measured]>([
    ['within the promise', {}],
    ['at its very limit', { respMs: [160] }],
    [
      'with a few late results',
      { respMs: [...Array.from({ length: 95 }, () => 10), 500, 500, 500, 500, 500] },
    ],
    ['that refused some', { sessions: 6, refused: 2 }],
  ])('[BEN-13] passes %s', (_title, measured) => {
    expect(judgeStep(outcome(measured), LIMITS)).toEqual({ type: 'pass', reasons: [] });
  });

  it.each<[string, Measured, RegExp]>([
    ['late', { respMs: [10, 161] }, /p95 161\.0 ms > 160/],
    ['with a failed session', { failed: 1 }, /1 sessions failed/],
    ['with audio that was not counted', { incomplete: 1 }, /less audio/],
    ['with a result that never came', { isMissing: true }, /1 results never came/],
    ['nobody was admitted to', { admitted: 0, refused: 4 }, /no session was admitted/],
    ['without any result', { respMs: [] }, /no result/],
  ])('[BEN-13] fails when %s', (_title, measured, reason) => {
    const verdict = judgeStep(outcome(measured), LIMITS);
    expect(verdict.type).toBe('fail');
    expect(verdict.reasons.join()).toMatch(reason);
  });

  it('[BEN-12] is void when the generator was late, whatever else happened', () => {
    const late = { latenessMs: [...Array.from({ length: 97 }, () => 1), 9, 9, 9], failed: 3 };
    const verdict = judgeStep(outcome(late), LIMITS);
    expect(verdict).toEqual({ type: 'void', reasons: ['the generator was late: p99 9.0 ms > 5 ms'] });
    expect(judgeStep(outcome(late), { ...LIMITS, voidLatenessMs: 10 }).type).toBe('fail');
  });

  it('[BEN-12] is void when a result came before its audio', () => {
    expect(judgeStep(outcome({ early: true }), LIMITS)).toMatchObject({ type: 'void' });
  });
});

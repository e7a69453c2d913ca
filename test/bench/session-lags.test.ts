import { describe, expect, it } from 'vitest';
import { createStepRecorder, type StepRecorder } from '../../src/bench/recorder.ts';
import type { Schedule } from '../../src/bench/schedule.ts';
import { createSessionLags, type SessionLags } from '../../src/bench/session-lags.ts';

/** Messages of 100 ms from 0 on; everything up to 10 s is measured. */
const schedule: Schedule = {
  frameMs: 100,
  frameSamples: 1600,
  measureFromMs: 0,
  measureUntilMs: 10_000,
  plans: [],
};
const plan = { connectAtMs: 0, startAtMs: 0, messages: 50, offsetSamples: 0, flushPhase: 0 };

function session(): { readonly lags: SessionLags; readonly recorder: StepRecorder } {
  const recorder = createStepRecorder(schedule);
  return { recorder, lags: createSessionLags({ schedule, plan, recorder }) };
}

const partial = (text: string, audioEndSample: number) => ({ text, isFinal: false, audioEndSample });
const final = (text: string, audioEndSample: number) => ({ text, isFinal: true, audioEndSample });
const flush = (atMs: number, sentSamples: number) =>
  ({ kind: 'flush', dueAtMs: atMs, sentAtMs: atMs, sentSamples }) as const;

const counts = ({ histograms }: StepRecorder): number[] =>
  [histograms.resp_lag, histograms.final_lag, histograms.flush_lag].map(({ count }) => count);

describe('lags of a session', () => {
  it('[BEN-5] count from when the message with the last needed sample was due', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 1600), 130);
    lags.result(partial('ab', 1601), 1200);
    expect(recorder.histograms.resp_lag.figures()).toMatchObject({ n: 2, min: 30, max: 1000 });
  });

  it('[BEN-6] take no partial whose text is shown already', () => {
    const { lags, recorder } = session();
    lags.result(partial('', 1600), 110);
    lags.result(partial('a', 3200), 210);
    lags.result(partial('a', 4800), 310);
    expect(counts(recorder)).toEqual([1, 0, 0]);
  });

  it('[BEN-6] take a final, as a changed text only when it is one', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 1600), 110);
    lags.result(final('a', 3200), 210);
    expect(counts(recorder)).toEqual([1, 1, 0]);
    lags.result(partial('a', 4800), 310);
    lags.result(final('b', 6400), 410);
    expect(counts(recorder)).toEqual([3, 2, 0]);
    lags.result(final('', 8000), 510);
    expect(counts(recorder)).toEqual([3, 2, 0]);
  });

  it('[BEN-4] leave out what was due outside of the measured time', () => {
    const recorder = createStepRecorder({ ...schedule, measureFromMs: 200, measureUntilMs: 400 });
    const lags = createSessionLags({ schedule, plan, recorder });
    for (const [index, text] of ['a', 'b', 'c', 'd', 'e'].entries())
      lags.result(partial(text, 1600 * (index + 1)), 5000);
    expect(recorder.histograms.resp_lag.count).toBe(2);
  });

  it('tell a result that came before its audio was due', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 1600), 99);
    expect(recorder.counts.early).toBe(0);
    lags.result(partial('b', 3200), 150);
    expect(recorder.counts.early).toBe(1);
  });
});

describe('a final that was asked for', () => {
  it('[BEN-7] is a flush_lag and nothing else', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 1600), 110);
    expect(lags.canFlush).toBe(true);
    lags.requested(flush(300, 4800));
    expect(lags.canFlush).toBe(false);
    lags.result(final('ab', 4800 - 511), 325);
    expect(counts(recorder)).toEqual([1, 0, 1]);
    expect(recorder.histograms.flush_lag.figures()).toMatchObject({ max: 25 });
  });

  it('[BEN-7] is not one that was under way already', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 1600), 110);
    lags.requested(flush(300, 4800));
    lags.result(final('a', 4800 - 512), 325);
    expect(counts(recorder)).toEqual([1, 1, 0]);
    lags.result(final('next', 16_000), 1010);
    expect(counts(recorder)).toEqual([2, 2, 0]);
    lags.closed(2000);
    expect(recorder.counts.timeouts).toBe(0);
  });

  it('[BEN-7] is the last one of a stream, however many were under way', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 1600), 110);
    lags.requested({ ...flush(5000, 80_000), kind: 'end' });
    lags.result(final('a', 8000), 5010);
    lags.result(final('b', 80_000), 5020);
    expect(counts(recorder)).toEqual([1, 1, 1]);
  });

  it('[BEN-8] counts as missing when text was shown and it never came', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 1600), 110);
    lags.requested(flush(300, 4800));
    lags.closed(4300);
    expect(recorder.counts.timeouts).toBe(1);
    expect(recorder.histograms.flush_lag.figures()).toMatchObject({ n: 1, max: 4000 });
  });

  it('[BEN-8] is not owed when nothing was shown', () => {
    const { lags, recorder } = session();
    expect(lags.canFlush).toBe(false);
    lags.requested({ ...flush(5000, 80_000), kind: 'end' });
    lags.closed(6000);
    expect(recorder.counts.timeouts).toBe(0);
  });
});

describe('a session that was given up', () => {
  it('[BEN-8] misses every message behind the last answered one', () => {
    const { lags, recorder } = session();
    lags.result(partial('a', 3200), 210);
    lags.givenUp(5000, 9);
    expect(recorder.counts.timeouts).toBe(8);
    expect(recorder.histograms.resp_lag.figures()).toMatchObject({ n: 9, min: 10, max: 4700 });
  });

  it('[BEN-8] misses everything when nothing was answered', () => {
    const { lags, recorder } = session();
    lags.givenUp(5000, 9);
    expect(recorder.counts.timeouts).toBe(10);
  });
});

import { describe, expect, it } from 'vitest';
import { createSessionLog } from '../../../src/bench/latency/session-log.ts';
import { recordWordLags } from '../../../src/bench/latency/word-lags.ts';
import { createWordRecorder, type WordRecorder } from '../../../src/bench/latency/word-recorder.ts';
import type { Schedule, SessionPlan } from '../../../src/bench/schedule.ts';
import type { SessionOutcome } from '../../../src/bench/session-outcome.ts';

const MS = 16;
/** Speaks from 1000 ms on for 2 s in messages of 100 ms; all of it but the last half second is measured. */
const PLAN: SessionPlan = { connectAtMs: 0, startAtMs: 1000, messages: 20, offsetSamples: 0, flushPhase: 0 };
const SCHEDULE: Schedule = {
  frameMs: 100,
  frameSamples: 100 * MS,
  measureFromMs: 1000,
  measureUntilMs: 2500,
  plans: [PLAN],
};
/** They end 250, 550 and 950 ms behind the first sample, at 1250, 1550 and 1950. */
const SPOKEN = [
  { key: 'a', startSample: 150 * MS, endSample: 250 * MS, isInside: true },
  { key: 'b', startSample: 450 * MS, endSample: 550 * MS, isInside: true },
  { key: 'c', startSample: 850 * MS, endSample: 950 * MS, isInside: false },
];

interface Told {
  readonly atMs: number;
  readonly text: string;
  readonly isFinal?: boolean;
  /** Of the stream. */
  readonly audioEndMs: number;
}

function record(
  told: readonly Told[],
  end: { readonly outcome?: SessionOutcome; readonly atMs?: number; readonly endSentAtMs?: number } = {},
): WordRecorder {
  const { log, observer } = createSessionLog(PLAN);
  for (const { atMs, text, isFinal = false, audioEndMs } of told) {
    observer.result({ text, isFinal, audioEndSample: audioEndMs * MS }, atMs);
  }
  const outcome: SessionOutcome = { type: 'complete', isWhole: true };
  observer.over({ outcome, atMs: 4000, endSentAtMs: 3000, ...end });
  const words = createWordRecorder();
  recordWordLags({ log, spoken: SPOKEN, schedule: SCHEDULE, words });
  return words;
}

/** Values of a histogram of few values, ascending, to a tenth. */
function valuesOf({ histograms }: WordRecorder, name: keyof WordRecorder['histograms']): readonly number[] {
  const { count } = histograms[name];
  return Array.from({ length: count }, (_, index) =>
    Math.round(histograms[name].percentileMs(((index + 1) * 100) / count) ?? Number.NaN),
  );
}

const STREAM: readonly Told[] = [
  { atMs: 1450, text: 'a', audioEndMs: 320 },
  { atMs: 1650, text: 'a x', audioEndMs: 480 },
  { atMs: 1850, text: 'a b', audioEndMs: 640 },
  { atMs: 2250, text: 'a b c', audioEndMs: 1120 },
  { atMs: 2750, text: 'a b c', isFinal: true, audioEndMs: 1600 },
];

describe('latencies of words', () => {
  it('[BEN-30] count from the instant at which the last sample of the word was due', () => {
    const words = record(STREAM);
    expect(valuesOf(words, 'word_first')).toEqual([200, 300, 300]);
    expect(valuesOf(words, 'word_stable')).toEqual([200, 300, 300]);
    expect(valuesOf(words, 'word_final')).toEqual([800, 1200, 1500]);
    expect(valuesOf(words, 'true_end_lag')).toEqual([800]);
    expect(words.counts).toEqual({ spoken: 3, missed: 0, lost: 0, early: 0 });
  });

  it('[BEN-30] belong to the run in which the word was spoken, not to that in which it was answered', () => {
    const late = STREAM.map((one) => ({ ...one, atMs: one.atMs + 1000 }));
    expect(record(late, { endSentAtMs: 9000 }).counts.spoken).toBe(3);
    const { log, observer } = createSessionLog({ ...PLAN, startAtMs: 2000 });
    observer.over({ outcome: { type: 'complete', isWhole: true }, atMs: 4000, endSentAtMs: 3500 });
    const words = createWordRecorder();
    recordWordLags({ log, spoken: SPOKEN, schedule: SCHEDULE, words });
    // At 2250, 2550 and 2950: two of them behind the measured time.
    expect(words.counts).toMatchObject({ spoken: 1, missed: 1 });
  });

  it('[BEN-31] are not had by words that were misheard, or told before they began', () => {
    const misheard = record([{ atMs: 2000, text: 'a d', isFinal: true, audioEndMs: 900 }]);
    expect(misheard.counts).toMatchObject({ spoken: 3, missed: 2 });
    expect(misheard.histograms.word_final.count).toBe(1);
    const tooSoon = record([{ atMs: 1500, text: 'b', isFinal: true, audioEndMs: 400 }]);
    expect(tooSoon.counts).toMatchObject({ missed: 3 });
    expect(tooSoon.histograms.word_final.count).toBe(0);
  });

  it('[BEN-33] of a word shown before it is over are 0', () => {
    const words = record([{ atMs: 1200, text: 'a', audioEndMs: 200 }, ...STREAM.slice(1)]);
    expect(valuesOf(words, 'word_first')).toEqual([0, 300, 300]);
    expect(words.counts.early).toBe(1);
  });

  it('[BEN-33] leave out what the end of the stream brought about', () => {
    const words = record(STREAM, { endSentAtMs: 2700 });
    expect(words.histograms.word_first.count).toBe(3);
    expect([words.histograms.word_final.count, words.histograms.true_end_lag.count]).toEqual([0, 0]);
  });

  it('[BEN-33] of a session that failed count with the time they were waited for', () => {
    const failed: SessionOutcome = { type: 'failed', fault: { code: 'session_failed', message: '' } };
    const words = record(STREAM.slice(0, 3), { outcome: failed, atMs: 1900 });
    // The third word would have been over at 1950: nobody said it.
    expect(words.counts).toEqual({ spoken: 2, missed: 0, lost: 2, early: 0 });
    expect(valuesOf(words, 'word_final')).toEqual([350, 650]);
    const refused: SessionOutcome = { type: 'refused', fault: { code: 'no_capacity', message: '' } };
    expect(record([], { outcome: refused }).counts.spoken).toBe(0);
  });

  it('[BEN-38] of words inside speech are the sum of buffer, audio and answer', () => {
    const words = record(STREAM);
    // Words end at 1250 and 1550, their messages are due at 1300 and 1600, those of the results at 1400 and 1700.
    expect(valuesOf(words, 'inside_first')).toEqual([200, 300]);
    expect(words.parts).toEqual([
      { bufferMs: 50, audioMs: 100, answerMs: 50 },
      { bufferMs: 50, audioMs: 100, answerMs: 150 },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { createFailoverTally } from '../../src/app/bench-failover.ts';
import { countWordLosses, type WordLosses } from '../../src/app/word-losses.ts';
import { checkHistory } from '../../src/chaos/check/check-history.ts';
import { recordRun } from '../../src/chaos/check/run-record.ts';
import type { HistoryEntry } from '../../src/chaos/history/entry.ts';
import type { ServerMessage } from '../../src/protocol/server-messages.ts';
import {
  changed,
  finalOf,
  GOOD,
  resumedHistory,
  withMessages,
  WORDS,
} from '../chaos/check/sample-history.ts';

const lossesIn = (entries: readonly HistoryEntry[]): WordLosses => countWordLosses(recordRun(entries));

/** The first final says `words` in place of the first two. */
const firstFinalSays = (words: typeof WORDS): readonly HistoryEntry[] =>
  withMessages((message: ServerMessage) =>
    message.type === 'transcript.final' && message.seq === 3 ? finalOf(words, 3) : message,
  );

describe('losses of words', () => {
  it.each<[string, readonly HistoryEntry[], WordLosses]>([
    ['none', GOOD, { lost: 0, doubled: 0, reordered: 0 }],
    ['one is in no final', firstFinalSays(WORDS.slice(0, 1)), { lost: 1, doubled: 0, reordered: 0 }],
    ['one is told twice', firstFinalSays(WORDS), { lost: 0, doubled: 1, reordered: 0 }],
    [
      'two are exchanged',
      firstFinalSays(WORDS.slice(0, 2).toReversed()),
      { lost: 0, doubled: 0, reordered: 1 },
    ],
    [
      'audio that was not sent is no loss',
      changed((entry) => (entry.op === 'said' ? [] : entry)).filter(
        (entry) => entry.op !== 'event' || entry.message.type !== 'transcript.final',
      ),
      { lost: 0, doubled: 0, reordered: 0 },
    ],
    [
      'an event that a resume brings again is one',
      resumedHistory({ from: 30_000 }),
      { lost: 0, doubled: 0, reordered: 0 },
    ],
  ])('[BEN-28] are counted: %s', (_title, entries, losses) => {
    expect(lossesIn(entries)).toEqual(losses);
  });
});

describe('a measurement of failovers', () => {
  it('[BEN-27] takes gaps of disturbed sessions and times of resumes, of runs with a fault', () => {
    const undisturbed: HistoryEntry = {
      ...{ t_ms: 0, actor: 'c0', op: 'undisturbed' },
      words: WORDS.map(({ id }) => ({ id, first_ms: 1000, final_ms: 1500 })),
    };
    const entries = resumedHistory({ from: 30_000 }, [undisturbed]);
    const verdict = checkHistory(entries);
    const tally = createFailoverTally();
    tally.add({ trial: 0, arm: 'baseline', label: '', entries: GOOD, verdict: checkHistory(GOOD) });
    expect(tally.counts.trials).toBe(0);
    tally.add({ trial: 0, arm: 'disturbed', label: '', entries, verdict });
    expect(tally.counts).toMatchObject({ trials: 1, sessions: 1, words: 3, resumes: 1, lost: 0 });
    expect(tally.histograms.gap.count).toBe(1);
    // Word 3 was first shown 4010 ms after the begin.
    expect(tally.histograms.gap.percentileMs(100)).toBeCloseTo(3010, -1);
    expect(tally.histograms.resumed.percentileMs(50)).toBeCloseTo(200, -1);
  });

  it('[BEN-28] counts runs that violate an invariant, and words they lost', () => {
    const entries = firstFinalSays(WORDS.slice(0, 1));
    const tally = createFailoverTally();
    tally.add({ trial: 0, arm: 'baseline', label: '', entries, verdict: checkHistory(entries) });
    expect(tally.counts).toMatchObject({ violated: 1, lost: 1 });
  });
});

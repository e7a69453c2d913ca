import { expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/bus/ports.ts';
import { restoreSession } from '../../../src/gateway/resume/restore.ts';

const entry = (seq: number, event: object, commitSample?: number): JournalEntry => ({
  seq,
  json: JSON.stringify({ ...event, seq }),
  commitSample,
});
const final = { type: 'transcript.final', start: 1, end: 2, text: 'one' };
const JOURNAL = [
  entry(1, { type: 'session.begin', model: 'm', language: 'en', partials: true }),
  entry(2, { type: 'vad.speech_start', timestamp: 1 }),
  entry(3, { type: 'vad.speech_end', timestamp: 2 }),
  entry(4, final, 40 * 512),
  entry(5, { type: 'vad.speech_start', timestamp: 3 }),
];
const claim = { fromFrame: 10 * 512, haveSeq: 3, sampleRate: 16_000 };

it('[RSM-5] goes on behind what the journal says is final, also where the record is older', () => {
  const restored = restoreSession(JOURNAL, 20 * 512, claim);
  expect(restored).toMatchObject({
    lastSeq: 5,
    finalisedSample: 40 * 512,
    sendFromFrame: 39 * 512,
    isComplete: true,
    hasEnded: false,
    segments: [{ start: 1, end: 2, text: 'one' }],
    begin: { model: 'm' },
  });
  expect(restored.replay.map((json) => (JSON.parse(json) as { seq: number }).seq)).toEqual([4, 5]);
  expect(restored.told).toHaveLength(3);
});

it('[RSM-5] goes on where the record is newer: silence leaves no events', () => {
  expect(restoreSession(JOURNAL, 60 * 512, claim)).toMatchObject({ finalisedSample: 60 * 512 });
});

it('[RSM-8] says so when events are gone', () => {
  expect(restoreSession(JOURNAL.slice(3), 0, { ...claim, haveSeq: 2 }).isComplete).toBe(false);
  expect(restoreSession(JOURNAL.slice(3), 0, { ...claim, haveSeq: 3 }).isComplete).toBe(true);
});

it('[RSM-8] says so when audio is gone, and starts where it can', () => {
  const restored = restoreSession(JOURNAL, 0, { ...claim, fromFrame: 50 * 512 });
  expect(restored).toMatchObject({
    isComplete: false,
    sendFromFrame: 50 * 512,
    finalisedSample: 51 * 512,
  });
});

it('[RSM-9] knows the last word of a session', () => {
  expect(restoreSession([...JOURNAL, entry(6, { type: 'session.end' })], 0, claim).hasEnded).toBe(true);
  const fatal = { type: 'error', code: 'invalid_audio', recoverable: false };
  expect(restoreSession([...JOURNAL, entry(6, fatal)], 0, claim).hasEnded).toBe(true);
  const passing = { type: 'error', code: 'asr_failed', recoverable: true };
  expect(restoreSession([...JOURNAL, entry(6, passing)], 0, claim).hasEnded).toBe(false);
});

it('[RSM-13] loses nothing when the client has heard more than was journaled', () => {
  expect(restoreSession(JOURNAL, 0, { ...claim, haveSeq: 9 })).toMatchObject({
    isComplete: true,
    replay: [],
  });
});

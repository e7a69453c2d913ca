import { describe, expect, it } from 'vitest';
import { createTold } from '../../../src/gateway/replay/told.ts';
import type { WorkerMessage } from '../../../src/protocol/worker-messages.ts';

const start = (timestamp: number): WorkerMessage => ({ type: 'vad.speech_start', timestamp });
const end = (timestamp: number): WorkerMessage => ({ type: 'vad.speech_end', timestamp });
const partial = (text: string, audioEnd: number): WorkerMessage => ({
  type: 'transcript.partial',
  text,
  start: 0,
  end: audioEnd,
  audio_end: audioEnd,
  stable_chars: text.length,
});

describe('what a client was told', () => {
  it('[FLO-4] is not told again by the next worker', () => {
    const told = createTold();
    expect(told.isNews(start(1.024))).toBe(true);
    told.startAgain();
    expect(told.isNews(start(1.024))).toBe(false);
    expect(told.isNews(end(2.048))).toBe(true);
  });

  it('[FLO-4] is told again when it happens again elsewhere', () => {
    const told = createTold();
    told.isNews(start(1.024));
    told.isNews(end(1.536));
    told.startAgain();
    expect([start(1.024), end(1.568), start(3.2)].map((each) => told.isNews(each))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('[FLO-4] survives a second loss during the replay', () => {
    const told = createTold();
    told.isNews(start(1.024));
    told.startAgain();
    told.startAgain();
    expect(told.isNews(start(1.024))).toBe(false);
  });

  it('[FLO-4] is forgotten where it is final', () => {
    const told = createTold();
    told.isNews(start(1.024));
    told.isNews(end(2));
    told.finalise(40_000);
    told.startAgain();
    // Nobody says it again: were it said, it would be news.
    expect(told.isNews(start(1.024))).toBe(true);
  });

  it('[FLO-5] text does not shrink while the next worker catches up', () => {
    const told = createTold();
    expect(told.isNews(partial('one', 1.2))).toBe(true);
    expect(told.isNews(partial('one two', 1.36))).toBe(true);
    told.startAgain();
    expect(told.isNews(partial('one', 1.2))).toBe(false);
    expect(told.isNews(partial('one two', 1.36))).toBe(false);
    expect(told.isNews(partial('one two three', 1.52))).toBe(true);
  });

  it('[FLO-5] text does not shrink when the worker repeats how far it is (rt chaos run, seed 1, trial 0)', () => {
    const told = createTold();
    told.finalise(8_000);
    told.isNews(partial('one two', 1.36));
    told.finalise(8_000);
    told.startAgain();
    told.finalise(8_000);
    expect(told.isNews(partial('one', 1.2))).toBe(false);
  });

  it('[FLO-5] the first text of the next utterance is told, also when it lies in silence heard twice', () => {
    const told = createTold();
    told.isNews(partial('one', 2));
    told.finalise(30_000);
    expect(told.isNews(partial('two', 1.96))).toBe(true);
  });
});

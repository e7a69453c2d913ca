import { describe, expect, it } from 'vitest';
import { heardWords } from '../../../src/bench/latency/heard-words.ts';
import type { LoggedResult } from '../../../src/bench/latency/session-log.ts';

/** Results 10 ms apart; a text that ends with a full stop is a final. */
function results(...texts: readonly string[]): readonly LoggedResult[] {
  return texts.map((text, index) => ({
    text: text.replace('.', ''),
    isFinal: text.endsWith('.'),
    audioEndSample: (index + 1) * 160,
    receivedMs: (index + 1) * 10,
  }));
}

/** `word first stable final` in milliseconds. */
function told(...texts: readonly string[]): readonly string[] {
  return heardWords(results(...texts)).map(
    ({ key, first, stable, final }) =>
      `${key} ${String(first.receivedMs)} ${String(stable.receivedMs)} ${String(final.receivedMs)}`,
  );
}

describe('words as they were heard', () => {
  it('[BEN-32] are first shown, shown to stay, and final', () => {
    expect(told('good', 'good mourning', 'good morning', 'good morning.')).toEqual([
      'good 10 10 40',
      'morning 30 30 40',
    ]);
  });

  it('[BEN-32] that vanish and come again stay from then on', () => {
    expect(told('good', '', 'could', 'good day', 'good day.')).toEqual(['good 10 40 50', 'day 40 40 50']);
    // Gone in the last partial, and there in the final.
    expect(told('good day', 'good', 'good day.')).toEqual(['good 10 10 30', 'day 10 30 30']);
  });

  it('[BEN-32] are no others because something before them changes', () => {
    expect(told('see you', 'I see you', 'I will see you', 'we will see you.')).toEqual([
      'we 40 40 40',
      'will 30 30 40',
      'see 10 10 40',
      'you 10 10 40',
    ]);
  });

  it('takes the earlier of two equal words for the one shown', () => {
    expect(told('no', 'no yes', 'no yes no', 'no yes no.').at(-1)).toBe('no 30 30 40');
  });

  it('finds words of the next final that a partial has shown before', () => {
    expect(told('red green blue', 'red green.', 'blue', 'blue black.')).toEqual([
      'red 10 10 20',
      'green 10 10 20',
      'blue 10 10 40',
      'black 40 40 40',
    ]);
  });

  it('compares words as a reader would', () => {
    expect(told('Seven,', '7 o’clock!', "seven O'Clock.")).toEqual(['7 10 10 30', "o'clock 20 20 30"]);
    expect(told('nothing', '.')).toEqual([]);
  });

  it('says which word ends a final', () => {
    const lasts = heardWords(results('one two.', '.', 'three.')).map(({ isLastOfFinal }) => isLastOfFinal);
    expect(lasts).toEqual([false, true, true]);
  });
});

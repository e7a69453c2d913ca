import { describe, expect, it } from 'vitest';
import { makeBeaconAudio } from '../../../src/audio/beacon/beacon-audio.ts';
import { readClips } from '../../../src/bench/clips.ts';
import { spokenWords } from '../../../src/bench/latency/spoken-words.ts';
import { hasWordTimes, withWordTimes } from '../../../src/bench/latency/word-truth.ts';
import { type Clip, createProgram } from '../../../src/bench/program.ts';

const MS = 16;

/** Two words of 100 ms in a clip of a second: at 200 ms and, 300 ms later, at 600 ms. */
const CLIP: Clip = {
  name: 'a.wav',
  samples: new Int16Array(1000 * MS),
  text: 'one two',
  words: [
    { word: 'one', startSample: 200 * MS, endSample: 300 * MS },
    { word: 'Two.', startSample: 600 * MS, endSample: 700 * MS },
  ],
};

const program = createProgram([CLIP], { gapSamples: 500 * MS, frameSamples: 1600 });
const words = (offsetMs: number, lengthMs: number): readonly string[] =>
  spokenWords(program, offsetMs * MS, lengthMs * MS).map(
    ({ key, startSample, endSample }) => `${key} ${String(startSample / MS)} ${String(endSample / MS)}`,
  );

describe('words that are spoken', () => {
  it('are counted from the start of the stream, round after round', () => {
    expect(words(0, 2000)).toEqual(['1 200 300', '2 600 700', '1 1700 1800']);
    expect(words(500, 2000)).toEqual(['2 100 200', '1 1200 1300', '2 1600 1700']);
  });

  it('are whole: one that the stream cuts is none', () => {
    expect(words(250, 1000)).toEqual(['2 350 450']);
    expect(words(200, 449)).toEqual(['1 0 100']);
    expect(words(200, 500)).toEqual(['1 0 100', '2 400 500']);
  });

  it('are inside speech when another word follows within half a second', () => {
    const inside = spokenWords(program, 0, 700 * MS).map(({ isInside }) => isInside);
    expect(inside).toEqual([true, false]);
    // The next word is spoken behind the end of the stream.
    expect(spokenWords(program, 0, 400 * MS).map(({ isInside }) => isInside)).toEqual([true]);
  });
});

describe('when words end', () => {
  it('[BEN-34] is known of beacon audio from its samples', () => {
    const { pcm, words: made } = makeBeaconAudio({ seed: 3, durationMs: 10_000, firstId: 40 });
    const clip = withWordTimes({ name: 'b.wav', samples: pcm, text: undefined });
    expect(clip.words).toEqual(made.map(({ id, ...range }) => ({ word: String(id), ...range })));
    expect(clip.text).toBe(made.map(({ id }) => String(id)).join(' '));
    expect(hasWordTimes([clip])).toBe(true);
  });

  it('[BEN-34] is known of the bundled clips from their manifest, and lies within them in order', async () => {
    const clips = await readClips(['fixtures/audio']);
    expect(clips.map(({ name }) => name)).toContain('demo.wav');
    expect(hasWordTimes(clips)).toBe(true);
    for (const { text, words: timed = [], samples } of clips) {
      expect(timed.map(({ word }) => word).join(' ')).toBe(text);
      expect(timed.at(-1)?.endSample ?? 0).toBeLessThanOrEqual(samples.length);
    }
  });

  it('[BEN-34] is unknown where nobody says it', () => {
    const silent: Clip = { name: 'silence.wav', samples: new Int16Array(MS), text: '' };
    const untimed: Clip = { name: 'c.wav', samples: new Int16Array(MS), text: 'one' };
    expect(hasWordTimes([CLIP, silent])).toBe(true);
    expect(hasWordTimes([CLIP, untimed])).toBe(false);
    expect(hasWordTimes([silent])).toBe(false);
    expect(withWordTimes(untimed)).toBe(untimed);
  });
});

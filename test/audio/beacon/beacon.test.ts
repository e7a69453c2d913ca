/** Beacon audio and its reader: what is made is heard, and nothing else is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BeaconAudioOptions, makeBeaconAudio } from '../../../src/audio/beacon/beacon-audio.ts';
import { idOf, levelsOf } from '../../../src/audio/beacon/beacon-code.ts';
import { decodeBeacon, hearBeacon, openBeaconEar } from '../../../src/audio/beacon/beacon-decoder.ts';
import type { BeaconWord } from '../../../src/audio/beacon/beacon-word.ts';
import { mulawToInt16 } from '../../../src/audio/g711.ts';
import { joined } from '../../support/engine.ts';

const wordMs = fc.integer({ min: 1, max: 100 }).map((steps) => 24 * steps);
const audio = fc
  .record({
    seed: fc.nat(),
    durationMs: fc.integer({ min: 0, max: 6000 }),
    firstId: fc.nat(2 ** 24 - 1000),
    wordMs: fc.oneof(fc.constant(240), wordMs),
  })
  .map((options) => makeBeaconAudio(options));

/** A word by itself, from its first sample to its last. */
function wordAlone(id: number, ms = 240): Int16Array {
  const pauseMs = { least: 2, most: 2 };
  const { pcm, words } = makeBeaconAudio({ seed: 1, durationMs: ms + 2, firstId: id, wordMs: ms, pauseMs });
  return pcm.slice(words[0]?.startSample);
}

function between(parts: readonly Int16Array[]): Int16Array {
  const silence = new Int16Array(400);
  return joined([silence, ...parts, silence]);
}

function hearInPieces(pcm: Int16Array, lengths: readonly number[]): readonly BeaconWord[] {
  const words: BeaconWord[] = [];
  let ear = openBeaconEar();
  for (let at = 0, i = 0; at < pcm.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    const heard = hearBeacon(ear, pcm.subarray(at, at + length));
    ear = heard.ear;
    words.push(...heard.words);
    at += length;
  }
  return words;
}

describe('what is made', () => {
  it('[BCN-1] is the same for the same options and as long as asked for', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(3000), (seed, durationMs) => {
        const once = makeBeaconAudio({ seed, durationMs });
        const again = makeBeaconAudio({ seed, durationMs });
        expect(again.words).toEqual(once.words);
        expect(Buffer.compare(Buffer.from(again.pcm.buffer), Buffer.from(once.pcm.buffer))).toBe(0);
        expect(once.pcm).toHaveLength(durationMs * 16);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('[BCN-1] has ids that rise by one', () => {
    const { words } = makeBeaconAudio({ seed: 3, durationMs: 30_000, firstId: 900 });
    expect(words.length).toBeGreaterThan(40);
    expect(words.map(({ id }) => id)).toEqual(words.map((_, index) => 900 + index));
  });

  it('[BCN-3] has gaps and pauses of the lengths stated, and never more than ten words between pauses', () => {
    const { pcm, words } = makeBeaconAudio({ seed: 5, durationMs: 300_000 });
    const silences = words.map(({ startSample }, i) => startSample - (words[i - 1]?.endSample ?? 0));
    const gaps = silences.filter((samples) => samples < 700 * 16);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(80 * 16);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(240 * 16);
    const pauses = silences.filter((samples) => samples >= 700 * 16);
    expect(pauses.length).toBeGreaterThan(50);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1500 * 16);
    const counts = silences.reduce<number[]>((lengths, samples) => {
      if (samples >= 700 * 16) lengths.push(0);
      lengths.push((lengths.pop() ?? 0) + 1);
      return lengths;
    }, []);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([1, 10]);
    const silent = pcm.slice();
    for (const { startSample, endSample } of words) silent.fill(0, startSample, endSample);
    expect(silent.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBe(3);
  });

  it('[BCN-3] begins words anywhere on the grid of an engine', () => {
    const { words } = makeBeaconAudio({ seed: 8, durationMs: 120_000 });
    expect(new Set(words.map(({ startSample }) => startSample % 512)).size).toBeGreaterThan(100);
  });

  it.each<[Partial<BeaconAudioOptions>, string]>([
    [{ wordMs: 250 }, 'A beacon word lasts a multiple of 24 ms up to 2400 ms, not 250 ms'],
    [{ wordMs: 0 }, 'A beacon word lasts a multiple of 24 ms up to 2400 ms, not 0 ms'],
    [
      { gapMs: { least: 0, most: 5 } },
      'Beacon words stand at least 2 ms apart, and an utterance has at least one',
    ],
    [
      { firstId: 2 ** 24 - 1 },
      expect.stringMatching(
        /^Beacon words are numbered up to 16777215; \d+ do not fit behind 16777215$/,
      ) as string,
    ],
  ])('[BCN-2] is refused with %j', (options, message) => {
    const make = () => makeBeaconAudio({ seed: 1, durationMs: 5000, ...options });
    expect(make).toThrow(expect.objectContaining({ code: 'usage', message }) as Error);
  });
});

describe('the code of a word', () => {
  it('[BCN-2] is 24 levels that lead back to its id', () => {
    expect(levelsOf(0x123456).join('')).toBe('3030' + '010203101112' + '01023331');
    fc.assert(
      fc.property(fc.nat(2 ** 24 - 1), (id) => {
        expect(idOf(levelsOf(id))).toBe(id);
      }),
      { seed: 2 },
    );
  });

  it('[BCN-5] is no code with any one level changed, or up to eight neighbours', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 24 - 1),
        fc.nat(23),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }),
        (id, at, changes) => {
          const levels = levelsOf(id);
          const changed = levels.map((level, i) => ((level + (changes[i - at] ?? 0)) % 4) as typeof level);
          fc.pre(changed.some((level, i) => level !== levels[i]));
          expect(idOf(changed)).toBeUndefined();
        },
      ),
      { seed: 3 },
    );
  });
});

describe('a reader', () => {
  it('[BCN-4] hears every word with its first and its last sample', () => {
    fc.assert(
      fc.property(audio, ({ pcm, words }) => {
        expect(decodeBeacon(pcm)).toEqual(words);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('[BCN-4] hears the same however the stream is cut, as soon as a word is over', () => {
    fc.assert(
      fc.property(
        audio,
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 }),
        ({ pcm, words }, lengths) => {
          const over = words.filter(({ endSample }) => endSample + 16 <= pcm.length);
          expect(hearInPieces(pcm, lengths)).toEqual(over);
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  it('[BCN-4] hears all words that lie behind where it begins', () => {
    const { pcm, words } = makeBeaconAudio({ seed: 21, durationMs: 6000 });
    fc.assert(
      fc.property(fc.nat(pcm.length - 1), (from) => {
        const { words: heard } = hearBeacon(openBeaconEar(from), pcm.subarray(from));
        expect(heard).toEqual(words.filter(({ startSample }) => startSample >= from));
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it('[BCN-4] hears through G.711', () => {
    const { pcm, words } = makeBeaconAudio({ seed: 22, durationMs: 20_000 });
    const levels = mulawToInt16(Uint8Array.from({ length: 256 }, (_, code) => code)).toSorted();
    const nearest = (sample: number): number => {
      const above = levels.findIndex((level) => level >= sample);
      const [low, high] = [levels[above - 1] ?? -32_768, levels[above] ?? 32_767];
      return sample - low < high - sample ? low : high;
    };
    const table = Int16Array.from({ length: 65_536 }, (_, i) => nearest(i - 32_768));
    const coded = pcm.map((sample) => table[sample + 32_768] ?? 0);
    expect(decodeBeacon(coded)).toEqual(words);
  });

  it('[BCN-4] is not moved by hearing something twice', () => {
    const { pcm } = makeBeaconAudio({ seed: 23, durationMs: 4000 });
    const { ear } = hearBeacon(openBeaconEar(), pcm.subarray(0, 20_000));
    const [once, again] = [hearBeacon(ear, pcm.subarray(20_000)), hearBeacon(ear, pcm.subarray(20_000))];
    expect(again).toEqual(once);
  });
});

describe('a piece of a word', () => {
  const piece = fc.tuple(fc.nat(2 ** 24 - 1), fc.nat(), fc.nat());

  it('[BCN-5] is not a word, wherever it is cut', () => {
    fc.assert(
      fc.property(piece, wordMs, ([id, a, b], ms) => {
        const word = wordAlone(id, ms);
        const [from, to] = [a % word.length, 1 + (b % word.length)].toSorted((x, y) => x - y);
        fc.pre(from !== to && !(from === 0 && to === word.length));
        expect(decodeBeacon(between([word.slice(from, to)]))).toEqual([]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('[BCN-5] is not a word with any one end missing by any number of samples', () => {
    for (const id of [0, 1042, 0x33cc33, 2 ** 24 - 1]) {
      const word = wordAlone(id, 96);
      for (let missing = 1; missing < word.length; missing++) {
        expect(decodeBeacon(between([word.slice(missing)])), `${id} from ${missing}`).toEqual([]);
        expect(decodeBeacon(between([word.slice(0, -missing)])), `${id} without ${missing}`).toEqual([]);
      }
    }
  });

  it('[BCN-5] with another behind it is one of the two or nothing', () => {
    fc.assert(
      fc.property(piece, fc.nat(2 ** 24 - 1), ([id, a, b], other) => {
        const [head, tail] = [wordAlone(id, 48), wordAlone(other, 48)];
        const spliced = between([head.slice(0, a % head.length), tail.slice(b % tail.length)]);
        for (const word of decodeBeacon(spliced)) expect([id, other]).toContain(word.id);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it('[BCN-5] nor is a word with samples missing or doubled inside', () => {
    fc.assert(
      fc.property(piece, ([id, a, b]) => {
        const word = wordAlone(id);
        const [at, length] = [1 + (a % (word.length - 1)), 1 + (b % 640)];
        const without = [word.slice(0, at), word.slice(at + length)];
        const twice = [word.slice(0, at), word.slice(Math.max(0, at - length))];
        fc.pre(at + length < word.length);
        expect(decodeBeacon(between(without))).toEqual([]);
        expect(decodeBeacon(between(twice))).toEqual([]);
      }),
      { seed: 9, numRuns: 200 },
    );
  });

  it.each([
    ['a tone without end', Int16Array.from({ length: 160_000 }, () => 12_000)],
    [
      'full-scale noise',
      Int16Array.from({ length: 160_000 }, (_, i) => (((i * 48_271) % 65_536) - 32_768) | 0),
    ],
  ])('[BCN-5] is not heard in %s', (_, pcm) => {
    expect(decodeBeacon(pcm)).toEqual([]);
  });
});

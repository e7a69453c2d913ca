import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProgram, samplesAt, spokenIn } from '../../src/bench/program.ts';

const clip = (
  text: string | undefined,
  ...samples: number[]
): Parameters<typeof createProgram>[0][number] => ({
  name: 'clip.wav',
  samples: Int16Array.from(samples),
  text,
});

describe('the circle of clips', () => {
  it('is every clip with its silence, again and again, from anywhere', () => {
    const program = createProgram([clip('a', 1, 2, 3), clip('b', 4)], { gapSamples: 2, frameSamples: 5 });
    expect(program.loopSamples).toBe(8);
    const round = [1, 2, 3, 0, 0, 4, 0, 0];
    fc.assert(
      fc.property(
        fc.nat(7),
        fc.nat(100),
        fc.integer({ min: 1, max: 5 }),
        (offsetSamples, fromSample, count) => {
          const taken = samplesAt(program, { offsetSamples, fromSample }, count);
          const expected = Array.from(
            { length: count },
            (_, i) => round[(offsetSamples + fromSample + i) % 8],
          );
          expect([...taken]).toEqual(expected);
        },
      ),
    );
  });

  it('serves messages that are longer than a round', () => {
    const program = createProgram([clip('a', 1, 2)], { gapSamples: 0, frameSamples: 5 });
    expect([...samplesAt(program, { offsetSamples: 1, fromSample: 0 }, 5)]).toEqual([2, 1, 2, 1, 2]);
  });

  it('knows which clips a stream says, and which of them it cuts', () => {
    const program = createProgram([clip('a', 1, 2, 3), clip('b', 4)], { gapSamples: 2, frameSamples: 5 });
    const spoken = spokenIn(program, 1, 8).map(({ text, isCutAtStart, isCutAtEnd }) =>
      [isCutAtStart ? '…' : '', text, isCutAtEnd ? '…' : ''].join(''),
    );
    expect(spoken).toEqual(['…a', 'b', 'a…']);
    expect(spokenIn(program, 3, 2)).toEqual([]);
  });

  it('[BEN-17] has references only when the text of every clip is known', () => {
    const options = { gapSamples: 1, frameSamples: 1 };
    expect(createProgram([clip('a', 1), clip('', 2)], options).hasReferences).toBe(true);
    expect(createProgram([clip('a', 1), clip(undefined, 2)], options).hasReferences).toBe(false);
  });
});

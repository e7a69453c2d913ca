import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCtcState, type CtcStream, decodeCtc } from '../../../../src/engine/asr/ctc/ctc-greedy.ts';
import { createHypothesis, type Hypothesis } from '../../../../src/engine/asr/hypothesis.ts';

const BLANK = 3;
const CLASSES = 4;

/** Log-probabilities whose best class per frame is given, with its probability. */
function logProbs(frames: readonly (readonly [id: number, probability: number])[]): Float32Array {
  return Float32Array.from(
    frames.flatMap(([id, probability]) =>
      Array.from({ length: CLASSES }, (_, c) =>
        Math.log(c === id ? probability : (1 - probability) / (CLASSES - 1)),
      ),
    ),
  );
}

function openStream(): CtcStream {
  return { state: createCtcState(BLANK), hypothesis: createHypothesis() };
}

function decode(data: Float32Array, stream = openStream(), offset = 0): Hypothesis {
  const frames = (data.length - offset) / CLASSES;
  expect(decodeCtc(stream, { data, offset, frames, classes: CLASSES, blankId: BLANK })).toBe(true);
  return stream.hypothesis;
}

describe('greedy CTC', () => {
  it('[ENG-4] drops blanks, collapses repeats, and a blank between two equal tokens keeps both', () => {
    const ids = [BLANK, 0, 0, BLANK, 0, 1, 1, 2, BLANK];
    const { tokens, frames } = decode(logProbs(ids.map((id) => [id, 0.9])));
    expect(tokens.map(({ id, frame }) => [id, frame])).toEqual([
      [0, 1],
      [0, 4],
      [1, 5],
      [2, 7],
    ]);
    expect(frames).toBe(9);
  });

  it('[ENG-4] is as confident of a token as of its best frame', () => {
    const { tokens } = decode(
      logProbs([
        [1, 0.6],
        [1, 0.8],
        [1, 0.7],
      ]),
    );
    expect(tokens[0]?.confidence).toBeCloseTo(0.8, 6);
  });

  it('counts the blanks since the last token', () => {
    const quiet = logProbs([
      [0, 0.9],
      [BLANK, 0.9],
      [BLANK, 0.9],
    ]);
    expect(decode(quiet).blankRun).toBe(2);
  });

  it('reads its own row of a batch', () => {
    const batch = logProbs([
      [0, 0.9],
      [2, 0.9],
    ]);
    expect(decode(batch, openStream(), CLASSES).tokens.map(({ id }) => id)).toEqual([2]);
  });

  it('[ENG-4] gives the same however the frames are cut into chunks', () => {
    const frame = fc.tuple(fc.nat(BLANK), fc.double({ min: 0.4, max: 1, noNaN: true }));
    const frames = fc.array(frame, { maxLength: 40 });
    fc.assert(
      fc.property(frames, fc.array(fc.nat(40), { maxLength: 6 }), (all, cuts) => {
        const stream = openStream();
        const edges = [0, ...cuts.filter((cut) => cut < all.length).toSorted((a, b) => a - b), all.length];
        for (let i = 1; i < edges.length; i++) decode(logProbs(all.slice(edges[i - 1], edges[i])), stream);
        expect(stream.hypothesis).toEqual(decode(logProbs(all)));
      }),
      { seed: 4 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('[ENG-26] says no to %d', (value) => {
    const data = logProbs([[0, 0.9]]);
    data.fill(value);
    const chunk = { data, offset: 0, frames: 1, classes: CLASSES, blankId: BLANK };
    expect(decodeCtc(openStream(), chunk)).toBe(false);
  });
});

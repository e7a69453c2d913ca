import { describe, expect, it } from 'vitest';
import { applyTokenRules, type RuleSet } from '../../../../src/engine/asr/whisper/token-rules.ts';

/** Text 0–9, end 10, specials 11–13, `<|notimestamps|>` 14, timestamps 15–34 (0.00 s to 0.38 s). */
const TOKENS = { endOfText: 10, noTimestamps: 14, firstTimestamp: 15 };
const SIZE = 35;
const RULES = { suppressed: [3, 11, 12, 13], suppressedAtBegin: [0, 10], maxInitialTimestamp: 5 };
const TIMED: RuleSet = { tokens: TOKENS, rules: RULES, timestamps: true };
const PLAIN: RuleSet = { ...TIMED, timestamps: false };

/** Ids that may follow; every text token is far likelier than any timestamp unless said otherwise. */
function allowed(decoded: readonly number[], set: RuleSet, logits = textFavoured()): readonly number[] {
  applyTokenRules(logits, decoded, set);
  return [...logits.keys()].filter((id) => logits[id] !== Number.NEGATIVE_INFINITY);
}

function textFavoured(): Float32Array {
  return Float32Array.from({ length: SIZE }, (_, id) => (id < TOKENS.firstTimestamp ? 20 : 0));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

const TEXT = [0, 1, 2, 4, 5, 6, 7, 8, 9];

describe('without timestamps', () => {
  it('[ENG-92] only suppresses, and at the first step a space and the end too', () => {
    expect(allowed([1], PLAIN)).toEqual([...TEXT, 10, ...range(14, SIZE)]);
    expect(allowed([], PLAIN)).toEqual([...TEXT.slice(1), ...range(14, SIZE)]);
  });
});

describe('with timestamps', () => {
  it('[ENG-92] the first token is a timestamp of the first second', () => {
    expect(allowed([], TIMED)).toEqual(range(15, 21));
    const unlimited = { ...TIMED, rules: { ...RULES, maxInitialTimestamp: undefined } };
    expect(allowed([], unlimited)).toEqual(range(15, SIZE));
  });

  it('[ENG-92] text follows an opening timestamp, or the end', () => {
    expect(allowed([16], TIMED)).toEqual([...TEXT, 10]);
    expect(allowed([16, 1, 20, 20], TIMED)).toEqual([...TEXT, 10]);
  });

  it('[ENG-92] a closing timestamp is followed by an opening one that is not earlier, or by the end', () => {
    expect(allowed([16, 1, 20], TIMED)).toEqual([10, ...range(20, SIZE)]);
  });

  it('[ENG-92] a segment ends later than it starts and never says "no timestamps"', () => {
    expect(allowed([16, 1], TIMED)).toEqual([...TEXT, 10, ...range(17, SIZE)]);
    expect(allowed([16, 1, 20, 22, 1], TIMED)).toEqual([...TEXT, 10, ...range(23, SIZE)]);
  });

  it('[ENG-92] only timestamps remain when together they are likelier than any other token', () => {
    const together = Float32Array.from({ length: SIZE }, (_, id) => (id < 15 ? 0 : -1));
    // Eighteen of e^-1 are more than one of e^0; each alone is less.
    expect(allowed([16, 1], TIMED, together.slice())).toEqual(range(17, SIZE));
    const scarce = Float32Array.from({ length: SIZE }, (_, id) => (id < 15 ? 0 : -3));
    expect(allowed([16, 1], TIMED, scarce)).toEqual([...TEXT, 10, ...range(17, SIZE)]);
  });

  it('[ENG-92] at the last timestamp there is, only text and the end are left', () => {
    expect(allowed([16, 1, 34, 34], TIMED)).toEqual([...TEXT, 10]);
    expect(allowed([16, 1, 34, 34, 1], TIMED)).toEqual([...TEXT, 10]);
  });
});

import { describe, expect, it } from 'vitest';
import { objectionTo, type Proof } from '../../../src/models/import/compare-encoders.ts';
import { speedUp } from '../../../src/models/import/time-steps.ts';

const FLOAT: Proof = {
  windows: 300,
  tokens: 400,
  editedShare: 0,
  difference: 1e-6,
  ownEditedShare: undefined,
  ownDifference: undefined,
};
const EIGHT_BIT: Proof = {
  ...FLOAT,
  editedShare: 0.02,
  difference: 0.1,
  ownEditedShare: 0.03,
  ownDifference: 0.2,
};

describe('a rewritten encoder', () => {
  it.each<[what: string, proof: Proof]>([
    ['a float one with the same tokens', FLOAT],
    ['a transducer whose frames are the same', { ...FLOAT, tokens: undefined, editedShare: undefined }],
    ['an 8-bit one within what company changes', EIGHT_BIT],
    ['an 8-bit one with half a percent of others', { ...EIGHT_BIT, editedShare: 0.005, ownEditedShare: 0 }],
    [
      'an 8-bit transducer within what company changes',
      { ...EIGHT_BIT, editedShare: undefined, difference: 0.19 },
    ],
  ])('[ENG-78] is taken: %s', (_, proof) => {
    expect(objectionTo(proof)).toBeUndefined();
  });

  it.each<[what: string, proof: Proof, reason: string]>([
    ['one other token in float', { ...FLOAT, editedShare: 1 / 400 }, '0.25 % of its tokens are others'],
    ['other frames in float', { ...FLOAT, difference: 2e-3 }, 'its frames differ by 2.0e-3'],
    ['values that are none', { ...FLOAT, difference: Number.NaN }, 'values that are not numbers'],
    ['more others than chance makes', { ...EIGHT_BIT, editedShare: 0.07 }, '7.00 % of its tokens are others'],
    [
      'frames further off than company moves them',
      { ...EIGHT_BIT, difference: 0.3 },
      'its frames differ by 30.00 %, of the file itself in company by 20.00 %',
    ],
  ])('[ENG-78] is not taken: %s', (_, proof, reason) => {
    expect(objectionTo(proof)).toContain(reason);
  });

  it('is as many times as fast as the geometric mean says', () => {
    const times = [
      { batch: 1, plainMs: 8, deltaMs: 4 },
      { batch: 8, plainMs: 80, deltaMs: 10 },
    ];
    expect(speedUp(times)).toBeCloseTo(4);
  });
});

import { describe, expect, it } from 'vitest';
import {
  chooseLikeliest,
  createRandomSource,
  drawToken,
  logSumExp,
  probabilityOf,
} from '../../../../src/engine/asr/whisper/token-choice.ts';

const NONE = Number.NEGATIVE_INFINITY;

describe('the likeliest token', () => {
  it('[ENG-92] is the first of equals, with its probability among the allowed', () => {
    const choice = chooseLikeliest(Float32Array.of(NONE, 1, 2, 2));
    expect(choice?.id).toBe(2);
    expect(Math.exp(choice?.logProbability ?? 0)).toBeCloseTo(1 / (2 + Math.exp(-1)), 6);
  });

  it('[ENG-26] is none where a logit is not a number or everything is forbidden', () => {
    expect(chooseLikeliest(Float32Array.of(1, Number.NaN, 2))).toBeUndefined();
    expect(chooseLikeliest(Float32Array.of(1, Number.POSITIVE_INFINITY))).toBeUndefined();
    expect(chooseLikeliest(Float32Array.of(NONE, NONE))).toBeUndefined();
    expect(drawToken(Float32Array.of(1, Number.NaN), 0.5, () => 0)).toBeUndefined();
  });
});

describe('a drawn token', () => {
  const logits = Float32Array.of(NONE, Math.log(1), Math.log(3), NONE);

  it('[ENG-98] follows the distribution at its temperature', () => {
    const random = createRandomSource(1);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) counts[drawToken(logits, 1, random)!.id]!++;
    expect(counts[0]! + counts[3]!).toBe(0);
    expect(counts[2]! / 4000).toBeCloseTo(0.75, 1);
    counts.fill(0);
    // At half the temperature the odds are squared: 9 to 1.
    for (let i = 0; i < 4000; i++) counts[drawToken(logits, 0.5, random)!.id]!++;
    expect(counts[2]! / 4000).toBeCloseTo(0.9, 1);
  });

  it('[ENG-98] is the same for the same seed, and tells its probability at temperature 1', () => {
    const draw = (seed: number): readonly number[] => {
      const random = createRandomSource(seed);
      return Array.from({ length: 50 }, () => drawToken(logits, 0.8, random)!.id);
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    expect(drawToken(logits, 0.2, () => 0.999)!.logProbability).toBeCloseTo(Math.log(0.75), 6);
  });

  it('[ENG-98] is an allowed one even where rounding leaves a rest', () => {
    expect(drawToken(logits, 1, () => 1)!.id).toBe(2);
    expect(drawToken(logits, 1, () => 0)!.id).toBe(1);
  });
});

it('[ENG-93] sums and probabilities do not overflow', () => {
  expect(logSumExp(Float32Array.of(1000, 1000))).toBeCloseTo(1000 + Math.LN2, 3);
  expect(logSumExp(Float32Array.of())).toBe(NONE);
  expect(probabilityOf(1, Float32Array.of(500, 500 + Math.log(3)))).toBeCloseTo(0.75, 3);
});

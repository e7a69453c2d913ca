import { expect, it } from 'vitest';
import { isPoison } from '../../../src/gateway/replay/poison.ts';

const loss = (finalisedSample: number, decodedSample: number) => ({ finalisedSample, decodedSample });

it('[FLO-7] three losses at one place are poison', () => {
  expect(isPoison([loss(512, 40_000), loss(512, 41_000)])).toBe(false);
  expect(isPoison([loss(512, 40_000), loss(512, 41_000), loss(512, 39_000)])).toBe(true);
});

it('[FLO-7] losses at different places are bad luck', () => {
  expect(isPoison([loss(512, 40_000), loss(512, 80_000), loss(512, 160_000)])).toBe(false);
  expect(isPoison([loss(512, 40_000), loss(40_960, 41_000), loss(40_960, 41_500)])).toBe(false);
});

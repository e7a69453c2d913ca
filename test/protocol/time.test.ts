import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromWireSeconds, toClientFrames, toEngineSamples, toWireSeconds } from '../../src/protocol/time.ts';

const rate = fc.constantFrom(8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000);
const fourHoursSamples = 4 * 3_600 * 48_000;
const position = fc.nat({ max: fourHoursSamples });

describe('wire seconds', () => {
  it.each([
    [0, 0],
    [512, 0.032],
    [16_000, 1],
    [24_001, 1.500063],
  ])('[WIRE-32] sample %d at 16 kHz is %d s', (samples, seconds) => {
    expect(toWireSeconds(samples)).toBe(seconds);
  });

  it('[WIRE-32] has at most six decimals and names one frame', () => {
    fc.assert(
      fc.property(position, rate, (frames, framesPerSecond) => {
        const seconds = toWireSeconds(frames, framesPerSecond);
        expect(JSON.stringify(seconds)).toMatch(/^\d+(?:\.\d{1,6})?$|^\d(?:\.\d+)?e-\d$/);
        expect(fromWireSeconds(seconds, framesPerSecond)).toBe(frames);
        expect(toWireSeconds(frames + 1, framesPerSecond)).toBeGreaterThan(seconds);
      }),
    );
  });
});

describe('client frames', () => {
  it('[WIRE-33] is exact at multiples of 16 kHz', () => {
    expect(toClientFrames(51_200, 16_000)).toBe(51_200);
    expect(toClientFrames(51_200, 48_000)).toBe(153_600);
    expect(toClientFrames(51_201, 8_000)).toBe(25_601);
    expect(toEngineSamples(441, 44_100)).toBe(160);
  });

  it('[WIRE-33] comes back to the same place from the finer scale', () => {
    fc.assert(
      fc.property(position, rate, (at, clientRate) => {
        if (clientRate >= 16_000)
          expect(toEngineSamples(toClientFrames(at, clientRate), clientRate)).toBe(at);
        else expect(toClientFrames(toEngineSamples(at, clientRate), clientRate)).toBe(at);
      }),
    );
  });

  it('[WIRE-33] never runs backwards and is off by at most half a unit', () => {
    fc.assert(
      fc.property(position, rate, (at, clientRate) => {
        const frames = toClientFrames(at, clientRate);
        expect(toClientFrames(at + 1, clientRate)).toBeGreaterThanOrEqual(frames);
        expect(Math.abs(frames - (at * clientRate) / 16_000)).toBeLessThanOrEqual(0.5);
        expect(toEngineSamples(at + 1, clientRate)).toBeGreaterThanOrEqual(toEngineSamples(at, clientRate));
      }),
    );
  });
});

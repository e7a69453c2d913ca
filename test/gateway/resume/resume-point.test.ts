import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  firstRestartPoint,
  nextSharedFrame,
  resumeFrame,
  sampleOfFrame,
} from '../../../src/gateway/resume/resume-point.ts';

const RATES = [8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000];
const point = fc.integer({ min: 0, max: 1_000_000 }).map((windows) => windows * 512);

it('[RSM-4] asks for audio from a frame that is a sample at 16 kHz, with context before the restart point', () => {
  fc.assert(
    fc.property(fc.constantFrom(...RATES), point, (rate, finalised) => {
      const frame = resumeFrame(finalised, rate);
      expect((frame * 16_000) % rate).toBe(0);
      const lead = finalised - sampleOfFrame(frame, rate);
      expect(lead).toBeGreaterThanOrEqual(Math.min(finalised, 512));
      expect(lead).toBeLessThan(1024 + 640);
      expect(nextSharedFrame(frame, rate)).toBe(frame);
    }),
  );
});

it('[RSM-4] never asks for less the further a session has come', () => {
  fc.assert(
    fc.property(fc.constantFrom(...RATES), point, point, (rate, a, b) => {
      expect(resumeFrame(Math.min(a, b), rate)).toBeLessThanOrEqual(resumeFrame(Math.max(a, b), rate));
    }),
  );
});

it('[RSM-8] starts where the audio that is left allows it', () => {
  expect(firstRestartPoint(0, 48_000)).toBe(0);
  fc.assert(
    fc.property(fc.constantFrom(...RATES), fc.integer({ min: 1, max: 10_000_000 }), (rate, from) => {
      const frame = nextSharedFrame(from, rate);
      const start = firstRestartPoint(sampleOfFrame(frame, rate), rate);
      expect(start % 512).toBe(0);
      expect(resumeFrame(start, rate)).toBeGreaterThanOrEqual(frame);
    }),
  );
});

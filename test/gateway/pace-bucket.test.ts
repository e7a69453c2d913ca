import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBucket, takeAudio } from '../../src/gateway/pace-bucket.ts';

describe('the pace bucket', () => {
  it('[SES-16] lets ten seconds pass at once', () => {
    const { bucket, waitMs } = takeAudio(fullBucket(0), 10, 0);
    expect([bucket.levelS, waitMs]).toEqual([0, 0]);
  });

  it('[SES-16] makes wait for what is beyond, at 1.5 times real time', () => {
    expect(takeAudio(fullBucket(0), 13, 0).waitMs).toBe(2000);
  });

  it('[SES-16] never holds back a client that sends in real time', () => {
    let bucket = fullBucket(0);
    for (let atMs = 100; atMs < 600_000; atMs += 100) {
      const taken = takeAudio(bucket, 0.1, atMs);
      bucket = taken.bucket;
      expect(taken.waitMs).toBe(0);
    }
    expect(bucket.levelS).toBeGreaterThan(9.8);
  });

  it('[SES-16] does not save up more than ten seconds', () => {
    const rested = takeAudio(fullBucket(0), 0, 3_600_000).bucket;
    expect(takeAudio(rested, 11.5, 3_600_000).waitMs).toBeCloseTo(1000);
  });

  it('[SES-16] over any time grants 10 s and 1.5 times what passed to whoever waits as told', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.001, max: 4, noNaN: true }), { maxLength: 200 }), (chunks) => {
        let bucket = fullBucket(0);
        let nowMs = 0;
        let takenS = 0;
        for (const chunkS of chunks) {
          takenS += chunkS;
          const taken = takeAudio(bucket, chunkS, nowMs);
          bucket = taken.bucket;
          nowMs += taken.waitMs;
          expect(takenS).toBeLessThanOrEqual(10 + (nowMs / 1000) * 1.5 + 1e-6);
        }
      }),
    );
  });
});

it('[RSM-12] lets a client that comes back send what it has kept, once', () => {
  let bucket = fullBucket(0, 60);
  let taken = takeAudio(bucket, 70, 0);
  expect(taken.waitMs).toBe(0);
  ({ bucket } = taken);
  taken = takeAudio(bucket, 15, 10_000);
  expect(taken.waitMs).toBe(3333.3333333333335);
  expect(takeAudio(fullBucket(0, 60), 0, 1000).bucket.levelS).toBe(70);
});

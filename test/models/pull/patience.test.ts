import { describe, expect, it } from 'vitest';
import { patience } from '../../../src/models/pull/patience.ts';

describe('patience with a server', () => {
  it('[MOD-5] doubles its pauses and ends after five attempts without a byte', () => {
    expect([1, 2, 3, 4, 5].map((failures) => patience(failures, undefined))).toEqual([
      ...[500, 1000, 2000, 4000].map((pauseMs) => ({ type: 'pause', pauseMs })),
      { type: 'give-up', retryAfterMs: undefined },
    ]);
  });

  it('[MOD-5] waits as long as the server asks, within reason', () => {
    expect(patience(1, 7_000)).toEqual({ type: 'pause', pauseMs: 7_000 });
    expect(patience(3, 100)).toEqual({ type: 'pause', pauseMs: 2_000 });
    expect(patience(1, 120_000)).toEqual({ type: 'pause', pauseMs: 120_000 });
    expect(patience(1, 120_001)).toEqual({ type: 'give-up', retryAfterMs: 120_001 });
  });
});

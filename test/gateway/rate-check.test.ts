import { describe, expect, it } from 'vitest';
import { NO_AUDIO, type RateWatch, watchRate } from '../../src/gateway/rate-check.ts';

interface Message {
  readonly atMs: number;
  readonly frames: number;
}

/** The first suspicion about these messages and when it came up. */
function firstSuspicion(declaredRate: number, messages: readonly Message[]) {
  let watch: RateWatch = NO_AUDIO;
  let frames = 0;
  for (const message of messages) {
    frames += message.frames;
    const next = watchRate(watch, { atMs: message.atMs, frames }, declaredRate);
    watch = next.watch;
    if (next.suspectedRate !== undefined) return { rate: next.suspectedRate, atMs: message.atMs };
  }
  return undefined;
}

/** `seconds` of audio recorded at `rate` and sent as it is recorded. */
function live(rate: number, options: { seconds?: number; chunkMs?: number; jitterMs?: number } = {}) {
  const { seconds = 20, chunkMs = 100, jitterMs = 0 } = options;
  return Array.from({ length: (seconds * 1000) / chunkMs }, (_, index) => ({
    atMs: index * chunkMs + (index % 2) * jitterMs,
    frames: (rate * chunkMs) / 1000,
  }));
}

describe('the check of the declared rate', () => {
  it.each([
    [16_000, 48_000],
    [16_000, 44_100],
    [16_000, 24_000],
    [16_000, 8000],
    [48_000, 16_000],
    [8000, 16_000],
    [44_100, 48_000],
  ])('[SES-15] declared %i, really %i', (declared, real) => {
    expect(firstSuspicion(declared, live(real))).toEqual({ rate: real, atMs: 5000 });
  });

  it.each([[20], [100], [250], [500]])('[SES-15] sees it in messages of %i ms', (chunkMs) => {
    expect(firstSuspicion(16_000, live(48_000, { chunkMs }))).toMatchObject({ rate: 48_000 });
  });

  it('[SES-15] sees it through the jitter of a network', () => {
    expect(firstSuspicion(16_000, live(48_000, { jitterMs: 80 }))).toMatchObject({ rate: 48_000 });
  });

  it.each([[8000], [16_000], [44_100], [48_000]])('[SES-15] says nothing of honest %i', (rate) => {
    expect(firstSuspicion(rate, live(rate, { seconds: 60, jitterMs: 80 }))).toBeUndefined();
  });

  it('[SES-15] does not take twice the pace of 16 kHz for another rate', () => {
    expect(firstSuspicion(16_000, live(32_000, { seconds: 60 }))).toBeUndefined();
  });

  it('[SES-15] says nothing of a file that is sent in one go, whose mean passes every rate', () => {
    const burst = Array.from({ length: 100 }, (_, index) => ({ atMs: index, frames: 1600 }));
    const rest = live(24_000, { seconds: 60 }).map(({ atMs, frames }) => ({ atMs: atMs + 100, frames }));
    const suspicion = firstSuspicion(16_000, [...burst, ...rest.slice(0, 70)]);
    expect(suspicion?.rate).not.toBe(48_000);
    expect(suspicion?.rate).not.toBe(44_100);
  });

  it('[SES-15] says nothing before two stretches have passed', () => {
    expect(firstSuspicion(16_000, live(48_000, { seconds: 4.9 }))).toBeUndefined();
  });
});

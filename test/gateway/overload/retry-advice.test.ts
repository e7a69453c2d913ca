import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../../src/base/random.ts';
import { createRetryAdvice } from '../../../src/gateway/overload/retry-advice.ts';

interface Crowd {
  readonly clients: number;
  readonly seconds: number;
}

/** Lets clients come whenever they are asked to, and counts the refusals of each second. */
function refusalsPerS({ clients, seconds }: Crowd): readonly number[] {
  let nowMs = 0;
  const random = randomFrom(1);
  const advice = createRetryAdvice({ clock: { nowMs: () => nowMs }, random });
  const dueMs = Array.from({ length: clients }, () => random() * 1000);
  const counts = Array.from({ length: seconds }, () => 0);
  for (nowMs = 0; nowMs < seconds * 1000; nowMs += 10) {
    for (const [client, atMs] of dueMs.entries()) {
      if (atMs > nowMs) continue;
      dueMs[client] = nowMs + advice.next(0);
      const second = Math.floor(nowMs / 1000);
      counts[second] = (counts[second] ?? 0) + 1;
    }
  }
  return counts;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('when refused clients shall come again', () => {
  it('[OVL-4] a few are asked for one to three seconds', () => {
    const advice = createRetryAdvice({ clock: { nowMs: () => 0 }, random: () => 0.999 });
    expect(advice.next(0)).toBe(2998);
    expect(createRetryAdvice({ clock: { nowMs: () => 0 }, random: () => 0 }).next(0)).toBe(1000);
    expect(createRetryAdvice({ clock: { nowMs: () => 0 }, random: () => 0 }).next(2)).toBe(2000);
    expect(createRetryAdvice({ clock: { nowMs: () => 0 }, random: () => 0 }).next(3)).toBe(5000);
  });

  it('[OVL-4] a crowd is spread until it asks about twenty times a second', () => {
    const counts = refusalsPerS({ clients: 340, seconds: 60 });
    expect(meanOf(counts.slice(20))).toBeGreaterThan(10);
    expect(meanOf(counts.slice(20))).toBeLessThan(30);
  });

  it('[OVL-4] a handful is left as it is', () => {
    expect(meanOf(refusalsPerS({ clients: 20, seconds: 30 }).slice(10))).toBeGreaterThan(8);
  });

  it('[OVL-4] whoever comes after the crowd has gone is not made to wait for it', () => {
    let nowMs = 0;
    const advice = createRetryAdvice({ clock: { nowMs: () => nowMs }, random: () => 0.5 });
    for (let i = 0; i < 1000; i++) advice.next(0);
    expect(advice.next(0)).toBe(20_000);
    nowMs = 120_000;
    expect(advice.next(0)).toBe(2000);
  });
});

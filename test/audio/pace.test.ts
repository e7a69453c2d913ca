import { describe, expect, test } from 'vitest';
import { type PacedChunk, paceChunks, type PaceOptions } from '../../src/audio/pace.ts';
import type { Clock } from '../../src/base/clock.ts';

/** A clock that moves only by sleeping, each sleep off by what `error` says. */
function steppingClock(error: (sleepMs: number) => number = () => 0): Clock & { advance(ms: number): void } {
  let nowMs = 5000;
  return {
    nowMs: () => nowMs,
    date: () => new Date(0),
    sleep(ms, signal) {
      signal?.throwIfAborted();
      nowMs += Math.max(0, ms + error(ms));
      return Promise.resolve();
    },
    advance(ms) {
      nowMs += ms;
    },
  };
}

async function* frames(...lengths: number[]): AsyncGenerator<Int16Array> {
  let at = 0;
  for (const length of lengths) {
    yield await Promise.resolve(Int16Array.from({ length }, (_, i) => at + i));
    at += length;
  }
}

async function collect(
  source: AsyncIterable<Int16Array>,
  options: Partial<PaceOptions> & { clock: Clock },
): Promise<PacedChunk[]> {
  const chunks: PacedChunk[] = [];
  const paced = paceChunks(source, { sampleRate: 1000, chunkMs: 100, speed: 1, ...options });
  for await (const chunk of paced) chunks.push(chunk);
  return chunks;
}

test('[AUD-13] a chunk is due when its last sample has been spoken', async () => {
  const chunks = await collect(frames(30, 270, 5), { clock: steppingClock() });
  expect(chunks.map(({ startSample, dueMs }) => [startSample, dueMs])).toEqual([
    [0, 5100],
    [100, 5200],
    [200, 5300],
    [300, 5305],
  ]);
  expect(chunks.flatMap(({ samples }) => [...samples])).toEqual(Array.from({ length: 305 }, (_, i) => i));
});

test('[AUD-13] sleeping too long delays no later chunk', async () => {
  const clock = steppingClock((sleepMs) => (sleepMs > 50 ? 40 : 0));
  const chunks = await collect(frames(500), { clock });
  expect(chunks.map(({ dueMs }) => dueMs)).toEqual([5100, 5200, 5300, 5400, 5500]);
  expect(chunks.map(({ latenessMs }) => latenessMs)).toEqual([40, 40, 40, 40, 40]);
});

test('[AUD-13] waking too early waits again', async () => {
  const clock = steppingClock((sleepMs) => (sleepMs > 10 ? -7 : 0));
  const chunks = await collect(frames(300), { clock });
  expect(chunks.every(({ latenessMs }) => latenessMs >= 0)).toBe(true);
});

test('[AUD-13] a consumer that stalls sees lateness, and the schedule stands', async () => {
  const clock = steppingClock();
  const seen: [dueMs: number, latenessMs: number][] = [];
  for await (const chunk of paceChunks(frames(400), { sampleRate: 1000, chunkMs: 100, speed: 1, clock })) {
    seen.push([chunk.dueMs, chunk.latenessMs]);
    if (seen.length === 1) clock.advance(250);
  }
  expect(seen).toEqual([
    [5100, 0],
    [5200, 150],
    [5300, 50],
    [5400, 0],
  ]);
});

describe('speed', () => {
  test('twice the speed halves the deadlines', async () => {
    const chunks = await collect(frames(200), { clock: steppingClock(), speed: 2 });
    expect(chunks.map(({ dueMs }) => dueMs)).toEqual([5050, 5100]);
  });

  test('max waits for nothing', async () => {
    const clock = steppingClock();
    const chunks = await collect(frames(1000), { clock, speed: 'max' });
    expect(chunks).toHaveLength(10);
    expect(clock.nowMs()).toBe(5000);
  });
});

test.each([1, 'max'] as const)('aborting ends it at speed %s', async (speed) => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(collect(frames(1000), { clock: steppingClock(), speed, signal })).rejects.toThrow('enough');
});

test('an hour at 44.1 kHz ends to the millisecond where it should', async () => {
  const second = new Int16Array(44_100);
  const hour = (async function* () {
    for (let i = 0; i < 3600; i++) yield await Promise.resolve(second);
  })();
  let lastDueMs = 0;
  const options = { sampleRate: 44_100, chunkMs: 100, speed: 1, clock: steppingClock(() => 0.3) } as const;
  for await (const chunk of paceChunks(hour, options)) lastDueMs = chunk.dueMs;
  expect(lastDueMs).toBe(5000 + 3_600_000);
});

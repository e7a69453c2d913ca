import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../../src/base/random.ts';
import { createFlow, type FlowStep } from '../../../src/chaos/proxy/flow.ts';
import { completeToxic } from '../../../src/chaos/proxy/parse-toxic.ts';
import type { ActiveToxic, ToxicSpec } from '../../../src/chaos/proxy/toxic.ts';

const active = (...specs: readonly ToxicSpec[]): readonly ActiveToxic[] =>
  specs.map((spec, index) => ({
    name: `t${index}`,
    toxic: completeToxic(spec, 'usage'),
    sinceMs: 0,
  }));

/** Every decision until nothing is left, with the time it was made at; time jumps from wait to wait. */
function play(seed: number, chunks: readonly Uint8Array[], toxics: readonly ActiveToxic[]) {
  const flow = createFlow('up', randomFrom(seed));
  const log: { readonly atMs: number; readonly step: FlowStep }[] = [];
  let nowMs = 0;
  for (const [index, chunk] of chunks.entries()) flow.push(Buffer.from(chunk), toxics, index);
  flow.end('finished', chunks.length);
  for (let turns = 0; turns < 100_000; turns += 1) {
    const step = flow.next(toxics, nowMs);
    if (step.type === 'wait') {
      expect(step.untilMs).toBeGreaterThan(nowMs);
      if (!Number.isFinite(step.untilMs)) break;
      nowMs = step.untilMs;
      continue;
    }
    log.push({ atMs: nowMs, step });
    if (step.type !== 'write') break;
  }
  return log;
}

const written = (log: ReturnType<typeof play>): Buffer =>
  Buffer.concat(log.map(({ step }) => (step.type === 'write' ? step.bytes : Buffer.alloc(0))));

const lossless = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('latency' as const), ms: fc.nat(50), jitter_ms: fc.nat(80) }),
    fc.record({ kind: fc.constant('bandwidth' as const), kb_s: fc.integer({ min: 1, max: 500 }) }),
    fc.record({
      kind: fc.constant('slicer' as const),
      bytes: fc.integer({ min: 1, max: 50 }),
      jitter: fc.nat(60),
      delay_us: fc.nat(2_000),
    }),
    fc.record({ kind: fc.constant('slow_close' as const), ms: fc.nat(500) }),
    fc.constant({ kind: 'duplicate' as const }),
    fc.constant({ kind: 'reorder' as const }),
  ),
  { maxLength: 4 },
);
const anyChunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 });

describe('a flow', () => {
  it('[CHA-4] hands on every byte once and in order, whatever delays it, and then the end', () => {
    fc.assert(
      fc.property(fc.nat(), anyChunks, lossless, (seed, chunks, specs) => {
        const log = play(seed, chunks, active(...specs));
        expect(written(log).equals(Buffer.concat(chunks))).toBe(true);
        expect(log.at(-1)?.step.type).toBe('finish');
      }),
    );
  });

  it('[CHA-5] decides the same for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(), anyChunks, lossless, (seed, chunks, specs) => {
        expect(play(seed, chunks, active(...specs))).toEqual(play(seed, chunks, active(...specs)));
      }),
    );
  });

  it('[CHA-10] delays each piece by ms ± jitter_ms and keeps the order', () => {
    const chunks = Array.from({ length: 200 }, (_, index) => Buffer.from([index]));
    const log = play(3, chunks, active({ kind: 'latency', ms: 100, jitter_ms: 40 }));
    expect([...written(log)]).toEqual(chunks.map(([byte]) => byte));
    const delays = log.slice(0, 200).map(({ atMs }, index) => atMs - index);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(60);
    // A piece may wait for the one before it, which is at most 40 ms late and one older.
    expect(Math.max(...delays)).toBeLessThanOrEqual(140);
    expect(new Set(delays.map(Math.round)).size).toBeGreaterThan(10);
  });

  it('[CHA-11] takes kb_s thousand bytes a second', () => {
    const log = play(1, [Buffer.alloc(10_000)], active({ kind: 'bandwidth', kb_s: 10 }));
    expect(log.at(-1)?.atMs).toBeGreaterThan(970);
    expect(log.at(-1)?.atMs).toBeLessThan(1_010);
  });

  it('[CHA-12] slices within bytes ± jitter', () => {
    const log = play(1, [Buffer.alloc(5_000)], active({ kind: 'slicer', bytes: 50, jitter: 20 }));
    const sizes = log.flatMap(({ step }) => (step.type === 'write' ? [step.bytes.length] : []));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(70);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(30);
  });

  it('[CHA-16] limit_data counts each way of each connection from when the toxic came', () => {
    const flow = createFlow('up', randomFrom(1));
    flow.push(Buffer.alloc(100), [], 0);
    expect(flow.next([], 0)).toMatchObject({ type: 'write' });
    const limit = active({ kind: 'limit_data', bytes: 150 });
    flow.push(Buffer.alloc(100), limit, 0);
    flow.push(Buffer.alloc(100), limit, 0);
    const sizes = [flow.next(limit, 0), flow.next(limit, 0), flow.next(limit, 0)];
    expect(sizes).toMatchObject([{ bytes: { length: 100 } }, { bytes: { length: 50 } }, { type: 'cut' }]);
  });

  it('[CHA-3] says that it is full at 4 MiB and takes more once some has left', () => {
    const flow = createFlow('up', randomFrom(1));
    const held = active({ kind: 'timeout' });
    flow.push(Buffer.alloc(4 * 1024 * 1024 - 1), held, 0);
    expect(flow.isFull).toBe(false);
    flow.push(Buffer.alloc(1), held, 0);
    expect(flow.isFull).toBe(true);
    flow.next([], 0);
    expect(flow.isFull).toBe(false);
  });
});

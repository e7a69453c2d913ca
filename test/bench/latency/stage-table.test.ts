import { describe, expect, it } from 'vitest';
import { createLatencyHistogram } from '../../../src/bench/histogram.ts';
import { type FleetStages, readStages, watchFleetStages } from '../../../src/bench/latency/fleet-stages.ts';
import { watchRoundTrips } from '../../../src/bench/latency/round-trips.ts';
import { stageRows } from '../../../src/bench/latency/stage-table.ts';
import { stageLines } from '../../../src/bench/latency/stage-text.ts';
import { partsAt } from '../../../src/bench/latency/word-parts.ts';
import { createWordRecorder, type WordRecorder } from '../../../src/bench/latency/word-recorder.ts';
import type { Digest, GatewayDigest, WorkerDigest } from '../../../src/registry/digests.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const FLEET: FleetStages = {
  gateway: { p50: 20, p95: 40 },
  detector: { p50: 3, p95: 5 },
  stepWait: { p50: 2, p95: 10 },
  step: { p50: 12, p95: 20 },
};

/** Ten words of which the audio takes 10, 20 … 100 ms beside 40 ms of buffer and 30 ms of answer. */
function tenWords(): WordRecorder {
  const words = createWordRecorder();
  for (let tenth = 1; tenth <= 10; tenth++) {
    const parts = { bufferMs: 40, audioMs: tenth * 10, answerMs: 30 };
    words.parts.push(parts);
    words.histograms.inside_first.recordMs(70 + parts.audioMs);
  }
  return words;
}

function roundTripsOf(...values: readonly number[]): ReturnType<typeof createLatencyHistogram> {
  const histogram = createLatencyHistogram();
  for (const ms of values) histogram.recordMs(ms);
  return histogram;
}

/** `stage p50 p95`. */
const told = (parts: Parameters<typeof stageRows>[0]): readonly string[] =>
  stageRows(parts).map(({ stage, p50, p95 }) => `${stage} ${String(p50)} ${String(p95)}`);

describe('the latency budget', () => {
  it('[BEN-38] adds up to its total in each column', () => {
    const rows = stageRows({ words: tenWords(), roundTrips: roundTripsOf(4, 4), fleet: FLEET });
    for (const quantile of ['p50', 'p95'] as const) {
      const parts = rows.slice(0, -1).reduce((sum, row) => sum + (row[quantile] ?? Number.NaN), 0);
      expect(parts).toBeCloseTo(rows.at(-1)?.[quantile] ?? Number.NaN, 6);
    }
    expect(told({ words: tenWords(), roundTrips: roundTripsOf(4, 4), fleet: FLEET }).slice(0, 8)).toEqual([
      'buffer 40 40',
      'network in 2 2',
      'gateway 3 5',
      'vad 3 5',
      'asr: more audio 55 100',
      'asr: step wait 2 10',
      'asr: step 12 20',
      'network back 2 2',
    ]);
  });

  it('[BEN-38] takes usual words from around the median and slow ones from the slowest tenth', () => {
    const { parts } = tenWords();
    expect(partsAt('p50', parts)?.audioMs).toBe(55);
    expect(partsAt('p95', parts)?.audioMs).toBe(100);
    expect(partsAt('p95', parts.slice(0, 1))?.audioMs).toBe(10);
    expect(partsAt('p50', [])).toBeUndefined();
  });

  it('[BEN-39] leaves out what nobody told, and what would follow from it', () => {
    const nobody = { p50: null, p95: null };
    const fleet = { ...FLEET, gateway: nobody, detector: nobody };
    const rows = told({ words: tenWords(), roundTrips: roundTripsOf(), fleet });
    expect(rows).toContain('gateway null null');
    expect(rows).toContain('network back null null');
    expect(rows).toContain('unattributed null null');
    expect(rows).toContain('asr: step 12 20');
  });

  it('says whether 95 of 100 words keep it', () => {
    const rows = stageRows({ words: tenWords(), roundTrips: roundTripsOf(4), fleet: FLEET });
    const lines = stageLines(2, rows);
    expect(lines[0]).toBe('where the time goes at 2 sessions, for words inside speech:');
    expect(lines.at(-1)).toMatch(/^ {2}budget: p95 1\d\d ms, within 500 ms$/);
    const late = createWordRecorder();
    late.histograms.inside_first.recordMs(700);
    expect(
      stageLines(1, stageRows({ words: late, roundTrips: roundTripsOf(), fleet: FLEET })).at(-1),
    ).toContain('BEYOND 500 ms');
    expect(stageLines(1, null)).toEqual([]);
  });
});

const worker = (figures: Partial<WorkerDigest>): Digest =>
  ({ role: 'worker', id: 'w', at: '', active: 1, sessions: [], ...figures }) as unknown as Digest;
const gateway = (...counts: readonly number[]): Digest =>
  ({
    ...{ role: 'gateway', id: 'g', at: '' },
    sessions: counts.map((count) => ({
      response_ms: count === 0 ? null : { p50: count, p95: 2 * count, count },
    })),
  }) as unknown as GatewayDigest;

describe('what servers say of themselves', () => {
  it('[BEN-39] is the median over workers that serve, and over sessions the mean by their results', () => {
    const stages = readStages([
      worker({ step_p50_ms: 10, step_p95_ms: 30, lag_p50_ms: 1, lag_p95_ms: 2 }),
      worker({ step_p50_ms: 20, step_p95_ms: 50 }),
      worker({ active: 0, step_p50_ms: 900 }),
      gateway(10, 30, 0),
    ]);
    expect(stages).toEqual({
      gateway: { p50: 25, p95: 50 },
      detector: { p50: 1, p95: 2 },
      stepWait: { p50: null, p95: null },
      step: { p50: 15, p95: 40 },
    });
  });

  it('[BEN-39] is read as long as the load runs, past a store that fails', async () => {
    const clock = createFakeClock();
    const over = new AbortController();
    const answers = [10, undefined, 30, 20];
    const stages = watchFleetStages({
      ...{ clock, everyMs: 1000, signal: over.signal },
      read: () => {
        const step = answers.shift();
        if (step === undefined) return Promise.reject(new Error('gone'));
        return Promise.resolve(new Map([['w', JSON.stringify(worker({ step_p50_ms: step }))]]));
      },
    });
    for (let second = 0; second < 4; second++) await clock.advance(1000);
    expect(stages().step).toEqual({ p50: 20, p95: null });
    over.abort();
    await clock.advance(5000);
    expect(clock.sleepers()).toBe(0);
  });

  it('[BEN-39] counts round trips of the sessions in turn', async () => {
    const clock = createFakeClock();
    const over = new AbortController();
    const pinged: string[] = [];
    const stream = (name: string, ms: number | undefined) => ({
      ping: () => {
        pinged.push(name);
        return Promise.resolve(ms);
      },
    });
    const streams = [stream('a', 3), stream('b', undefined)];
    const options = { clock, everyMs: 200, signal: over.signal };
    const histogram = watchRoundTrips({ ...options, streams: () => streams as never });
    for (let round = 0; round < 4; round++) await clock.advance(200);
    over.abort();
    expect([pinged.join(''), histogram.count, histogram.percentileMs(50)]).toEqual(['abab', 2, 3]);
  });
});

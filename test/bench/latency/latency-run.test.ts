import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeBeaconAudio } from '../../../src/audio/beacon/beacon-audio.ts';
import { hearBeacon, openBeaconEar } from '../../../src/audio/beacon/beacon-decoder.ts';
import { describeEnvironment } from '../../../src/bench/environment.ts';
import { type LatencyDocument, latencyDocument, runOf } from '../../../src/bench/latency/latency-document.ts';
import { writeLatencyFiles } from '../../../src/bench/latency/latency-files.ts';
import {
  type LatencyOptions,
  type LatencyResult,
  runLatency,
} from '../../../src/bench/latency/latency-run.ts';
import {
  LATENCY_COLUMNS,
  latencyConclusion,
  latencyHeader,
  latencyRow,
} from '../../../src/bench/latency/latency-table.ts';
import { LATENCY_METRICS } from '../../../src/bench/latency/run-document.ts';
import type { Clip } from '../../../src/bench/program.ts';
import type { BenchWire } from '../../../src/bench/wire.ts';
import { parseThresholdOf } from '../../../src/bench/threshold.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createScriptedWire, type Script } from '../scripted-wire.ts';

/** A second of `one two`: they end at 300 and 600 ms. */
const CLIP: Clip = {
  name: 'a.wav',
  samples: new Int16Array(16_000),
  text: 'one two',
  words: [
    { word: 'one', startSample: 1600, endSample: 4800 },
    { word: 'two', startSample: 6400, endSample: 9600 },
  ],
};

/** Tells the words of each clip when it is over, `delayMs` of the run later; counts runs by their sessions. */
function server(clock: FakeClock, delayMs: (run: number) => number): Script {
  let opened = 0;
  return {
    onOpen: ({ handlers }) => {
      opened += 1;
      handlers.onReady('scripted-160ms');
    },
    onAudio: ({ handlers, received }) => {
      const audioEndSample = received();
      if (audioEndSample % 16_000 !== 0) return;
      // The first session is the probe.
      void clock
        .sleep(delayMs(opened - 1))
        .then(() => handlers.onResult({ text: 'one two', isFinal: true, audioEndSample }));
    },
  };
}

/** Tells each beacon word as a final, `delayMs` behind the message in which it heard its end. */
function hearingWire(clock: FakeClock, delayMs: number): BenchWire {
  const silent = createScriptedWire({});
  return {
    ...silent,
    open(handlers) {
      const stream = silent.open(handlers);
      let ear = openBeaconEar();
      return {
        ...stream,
        send(pcm) {
          stream.send(pcm);
          const heard = hearBeacon(ear, pcm);
          ear = heard.ear;
          const audioEndSample = ear.position;
          for (const { id } of heard.words) {
            const result = { text: String(id), isFinal: true, audioEndSample };
            void clock.sleep(delayMs).then(() => handlers.onResult(result));
          }
        },
      };
    },
  };
}

async function run(
  delayMs: (run: number) => number,
  changes: Partial<LatencyOptions> = {},
  clock: FakeClock = createFakeClock(),
): Promise<LatencyResult> {
  const running = runLatency({
    ...{ clips: [CLIP], gapMs: 0, frameMs: 100, seed: 1, warmupMs: 0, measuredMs: 3000, tailMs: 1500 },
    ...{
      drainMs: 1000,
      pids: [],
      loads: [1],
      runs: 3,
      sloMs: undefined,
      voidLatenessMs: 5,
      snapshot: undefined,
    },
    ...{ clock, wire: createScriptedWire(server(clock, delayMs)), signal: new AbortController().signal },
    onRun: () => undefined,
    ...changes,
  });
  const over = new AbortController();
  const settled = running.finally(() => over.abort());
  settled.catch(() => undefined);
  while (!over.signal.aborted) await clock.advance(500);
  return settled;
}

function wholeMs(value: number | null | undefined): number {
  return Math.floor(value ?? Number.NaN);
}

function documentOf(result: LatencyResult, ...thresholds: readonly string[]): LatencyDocument {
  return latencyDocument(result, {
    environment: describeEnvironment('1.2.3'),
    settings: { wire: 'rt', seed: 1 },
    thresholds: thresholds.map((text) => parseThresholdOf(LATENCY_METRICS, text)),
  });
}

describe('a latency run', () => {
  it('[BEN-30] measures words against when they were spoken', async () => {
    const { pcm } = makeBeaconAudio({ seed: 2, durationMs: 6000 });
    const clock = createFakeClock();
    const clips = [{ name: 'beacon.wav', samples: pcm, text: undefined }];
    const result = await run(() => 0, { clips, wire: hearingWire(clock, 40), runs: 1 }, clock);
    const [first] = documentOf(result).loads[0]?.runs ?? [];
    expect(result).toMatchObject({ model: 'scripted-160ms', sloMs: 160, hasTruth: true });
    expect(first).toMatchObject({ verdict: 'pass', words: { missed: 0, lost: 0, early: 0 } });
    expect(first?.words.spoken).toBeGreaterThan(4);
    // A word waits for its message of 100 ms, or for the next one where its end does not show in it.
    const { resp_lag: lag, word_final: final } = first?.metrics ?? {};
    expect(final?.n).toBe(first?.words.spoken);
    expect([wholeMs(lag?.min), wholeMs(lag?.max)]).toEqual([40, 40]);
    expect(final?.min).toBeGreaterThanOrEqual(40);
    expect(final?.max).toBeLessThanOrEqual(142);
    expect(final?.max).toBeGreaterThan(70);
  });

  it('[BEN-35] tells the median run of each load, with the least and the greatest of all', async () => {
    const delays = [90, 30, 60];
    const document = documentOf(
      await run((number) => delays[number - 1] ?? 0),
      'resp_lag_p50<=61',
      'resp_lag_p50<60',
    );
    const [load] = document.loads;
    expect(load?.runs.map(({ metrics }) => wholeMs(metrics.resp_lag.p50))).toEqual([90, 30, 60]);
    expect(load).toMatchObject({ median_run: 3, verdict: 'pass' });
    const { value, min, max } = load?.figures['resp_lag_p50'] ?? {};
    expect([value, min, max].map(wholeMs)).toEqual([60, 30, 90]);
    expect(document.thresholds.map(({ sessions, kept }) => [sessions, kept])).toEqual([
      [1, true],
      [1, false],
    ]);
  });

  it('[BEN-35] measures all loads in turn, and again with another seed', async () => {
    const told: string[] = [];
    const result = await run(() => 10, {
      ...{ loads: [1, 2], runs: 2 },
      onRun: ({ run: number, outcome }) => void told.push(`${String(number)}: ${String(outcome.sessions)}`),
    });
    expect(told).toEqual(['1: 1', '1: 2', '2: 1', '2: 2']);
    expect(result.loads.map(({ sessions, runs }) => [sessions, runs.length])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('[BEN-35] has its knee where the promise breaks', async () => {
    const slow = await run((number) => (number > 1 ? 200 : 10), { loads: [1, 2], runs: 1 });
    const document = documentOf(slow);
    expect(document.knee).toBe(2);
    expect(document.loads.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    expect(latencyRow(document.loads[1]!, document.knee).at(-1)).toBe('fail <- knee');
    expect(latencyConclusion(document).join('\n')).toMatch(
      /^run 1 at 2 sessions fail: resp_lag p95 200\.\d ms > 160 ms$/m,
    );
  });

  it('[BEN-35] believes no run whose generator was late', async () => {
    const document = documentOf(await run(() => 10, { voidLatenessMs: -1 }), 'errors==0');
    expect(document).toMatchObject({ void_runs: 3, knee: null });
    expect(document.loads[0]).toMatchObject({ verdict: 'void', median_run: null, figures: {} });
    expect(document.thresholds[0]).toMatchObject({ value: null, kept: false });
    expect(latencyRow(document.loads[0]!, null).at(-1)).toBe('void 3 of 3 runs void');
    expect(latencyRow(document.loads[0]!, null)).toHaveLength(LATENCY_COLUMNS.length);
  });

  it('[BEN-34] has no latencies of words where nobody says when they are spoken', async () => {
    const untimed = { name: 'a.wav', samples: new Int16Array(16_000), text: 'one two' };
    const document = documentOf(await run(() => 10, { clips: [untimed], runs: 1 }), 'word_final_p95<600');
    expect(document.truth).toBe('none');
    expect(document.thresholds[0]).toMatchObject({ value: null, kept: false });
    expect(latencyConclusion(document)[0]).toContain('nobody says when');
    expect(runOf(document.loads[0]!)?.metrics.final_lag.n).toBeGreaterThan(0);
  });

  it('is kept as one document and a page', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rt-latency-'));
    const document = documentOf(await run(() => 10, { runs: 1 }));
    await writeLatencyFiles(folder, document);
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(document)),
    );
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(page).toContain(latencyHeader(document));
    expect(page).toMatch(/^\| SESSIONS \| WORDS \|/m);
    rmSync(folder, { recursive: true });
  });
});

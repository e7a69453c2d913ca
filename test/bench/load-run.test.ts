import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeEnvironment } from '../../src/bench/environment.ts';
import { type LoadDocument, loadDocument } from '../../src/bench/load-document.ts';
import { loadReadme, writeLoadFiles } from '../../src/bench/load-files.ts';
import { type LoadOptions, type LoadResult, runLoad } from '../../src/bench/load-run.ts';
import { LOAD_COLUMNS, loadConclusion, loadRow } from '../../src/bench/load-table.ts';
import { parseThreshold } from '../../src/bench/threshold.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createScriptedWire, type Script } from './scripted-wire.ts';

/** Says `one two` for every clip of a second, at once; `limit` sessions at a time. */
function server(limit: number): Script {
  let taken = 0;
  return {
    onOpen: ({ handlers }) => {
      taken += 1;
      if (taken <= limit) return handlers.onReady('scripted-160ms');
      handlers.onFault({ code: 'no_capacity', message: 'full', retryAfterMs: 700 });
      handlers.onClose(1013);
    },
    onAudio: ({ handlers, received }) => {
      if (received() % 16_000 !== 0) return;
      handlers.onResult({ text: 'one two', isFinal: true, audioEndSample: received() });
    },
    onEnd: ({ handlers, received }) => {
      taken = 0;
      handlers.onEnd(received());
      handlers.onClose(1000);
    },
  };
}

async function run(script: Script, changes: Partial<LoadOptions> = {}): Promise<LoadResult> {
  const clock = createFakeClock();
  const running = runLoad({
    wire: createScriptedWire(script),
    clips: [{ name: 'a.wav', samples: new Int16Array(16_000), text: 'one two' }],
    gapMs: 0,
    frameMs: 100,
    seed: 1,
    warmupMs: 0,
    measuredMs: 3000,
    flushEveryMs: undefined,
    drainMs: 1000,
    pids: [],
    ladder: { kind: 'list', loads: [1, 2] },
    sloMs: undefined,
    voidLatenessMs: 5,
    clock,
    signal: new AbortController().signal,
    onStep: () => undefined,
    ...changes,
  });
  const over = new AbortController();
  const settled = running.finally(() => over.abort());
  // Moves time while it runs; what it throws is thrown below.
  settled.catch(() => undefined);
  while (!over.signal.aborted) await clock.advance(500);
  return settled;
}

async function documentOf(thresholds: readonly string[] = []): Promise<LoadDocument> {
  const result = await run(server(2), { ladder: { kind: 'list', loads: [1, 3] } });
  return loadDocument(result, {
    environment: describeEnvironment('1.2.3'),
    settings: { wire: 'rt', frame_ms: 100, audio: null },
    thresholds: thresholds.map(parseThreshold),
  });
}

describe('a load run', () => {
  it('[BEN-13] holds the server to the chunk of its model unless told otherwise', async () => {
    expect(await run(server(9))).toMatchObject({ sloMs: 160, model: 'scripted-160ms' });
    expect(await run(server(9), { sloMs: 42 })).toMatchObject({ sloMs: 42 });
    const wire = { ...createScriptedWire(server(9)), chunkMsOf: () => undefined };
    await expect(run({}, { wire })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringMatching('--slo-ms'),
    });
  });

  it('tells each step as it is through', async () => {
    const told: number[] = [];
    const result = await run(server(9), { onStep: ({ outcome }) => told.push(outcome.sessions) });
    expect(told).toEqual([1, 2]);
    expect(result).toMatchObject({ capacity: { sessions: 2, knee: null }, stopped: 'listed' });
  });

  it('does not begin where nobody takes a session', async () => {
    await expect(run(server(0))).rejects.toMatchObject({ code: 'no_capacity', retryAfterMs: 700 });
    const silent = { onOpen: () => undefined };
    await expect(run(silent)).rejects.toMatchObject({ code: 'timeout' });
  });

  it('[BEN-17] scores the words where it is known what was said', async () => {
    const { steps } = await run(server(9));
    expect(steps[1]?.score).toMatchObject({ normaliser: 'rt-basic-1', sub: 0, ins: 0 });
    const unknown = [{ name: 'a.wav', samples: new Int16Array(16_000), text: undefined }];
    expect((await run(server(9), { clips: unknown })).steps[0]?.score).toBeUndefined();
  });
});

describe('the document of a run', () => {
  it('has these fields and no others', async () => {
    const document = await documentOf(['errors==0']);
    expect(Object.keys(document)).toEqual(
      'schema kind at environment settings model slo_ms steps capacity knee stopped thresholds'.split(' '),
    );
    expect(Object.keys(document.environment)).toEqual(
      'cpu cores memory_bytes platform node rt commit'.split(' '),
    );
    const [step] = document.steps;
    expect(Object.keys(step ?? {})).toEqual([
      ...'sessions started_at measured_s verdict reasons admitted refused errors incomplete timeouts'.split(
        ' ',
      ),
      ...'refusals_by_code errors_by_code warnings_by_code retry_after_ms goodput metrics wer'.split(' '),
      ...'generator servers'.split(' '),
    ]);
    expect(Object.keys(step?.metrics ?? {})).toEqual(
      'resp_lag final_lag flush_lag end_lag connect refusal lateness'.split(' '),
    );
    expect(Object.keys(step?.metrics.resp_lag ?? {})).toEqual(
      'n min mean stddev p50 p90 p95 p99 p99_9 max hdr'.split(' '),
    );
    expect(document).toMatchObject({ schema: 'rt.bench/v1', kind: 'load', capacity: 2, knee: 3 });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('[BEN-16] holds a threshold against every step, and one of the run against the run', async () => {
    const { thresholds } = await documentOf([
      'refused==0',
      'capacity>=2',
      'resp_lag_max<=5',
      'flush_lag_p50<=1',
    ]);
    expect(thresholds).toEqual([
      { threshold: 'refused==0', sessions: 1, value: 0, kept: true },
      { threshold: 'refused==0', sessions: 3, value: 1, kept: false },
      { threshold: 'capacity>=2', sessions: null, value: 2, kept: true },
      { threshold: 'resp_lag_max<=5', sessions: 1, value: expect.any(Number), kept: true },
      { threshold: 'resp_lag_max<=5', sessions: 3, value: expect.any(Number), kept: true },
      { threshold: 'flush_lag_p50<=1', sessions: 1, value: null, kept: false },
      { threshold: 'flush_lag_p50<=1', sessions: 3, value: null, kept: false },
    ]);
  });

  it('[BEN-12] [BEN-16] lets no void step keep a threshold', async () => {
    const result = await run(server(2), { voidLatenessMs: 0.0001 });
    const context = {
      environment: describeEnvironment('1.2.3'),
      settings: {},
      thresholds: [parseThreshold('errors==0')],
    };
    const document = loadDocument(result, context);
    const { thresholds, capacity, steps } = document;
    expect(loadConclusion(document)[0]).toMatch(/^capacity: unknown/);
    expect(steps.map(({ verdict }) => verdict)).toEqual(['void', 'void']);
    expect(thresholds.map(({ value, kept }) => [value, kept])).toEqual([
      [null, false],
      [null, false],
    ]);
    expect(capacity).toBeNull();
  });

  it('becomes a row for each step and lines that say what it means', async () => {
    const document = await documentOf(['errors==0']);
    const rows = document.steps.map(loadRow);
    expect(rows.map((cells) => cells.length)).toEqual([LOAD_COLUMNS.length, LOAD_COLUMNS.length]);
    expect(rows[1]).toEqual(expect.arrayContaining(['3', '1', 'pass']));
    expect(loadConclusion(document)).toEqual([
      'capacity: 2 sessions (resp_lag p95 <= 160 ms, no errors)',
      'knee: 3 sessions offered',
      'refused at 3 sessions: 1, within 0.0 ms (p95), retry hint 700 to 700 ms',
      expect.stringMatching(/^WER at 1 sessions: [\d.]+ % of \d+ words \(rt-basic-1\)$/),
      expect.stringMatching(/^WER at 3 sessions: /),
      'threshold errors==0 at 1 sessions: kept (0)',
      'threshold errors==0 at 3 sessions: kept (0)',
    ]);
  });

  it('is written whole, as JSON and for people, or refused by name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rt-run-'));
    try {
      const document = await documentOf();
      await writeLoadFiles(join(folder, 'deep', 'run'), document);
      expect(readdirSync(join(folder, 'deep', 'run')).sort()).toEqual(['README.md', 'run.json']);
      expect(JSON.parse(readFileSync(join(folder, 'deep', 'run', 'run.json'), 'utf8'))).toEqual(document);
      expect(loadReadme(document)).toContain('| frame_ms | 100 |');
      writeFileSync(join(folder, 'file'), '');
      await expect(writeLoadFiles(join(folder, 'file'), document)).rejects.toMatchObject({
        code: 'config_invalid',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

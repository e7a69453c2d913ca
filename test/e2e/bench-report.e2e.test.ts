/** `rt bench compare`, `report`, `intrinsic`, `captions` and foreign wires as they are installed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComparisonDocument } from '../../src/bench/compare/comparison-document.ts';
import type { LoadDocument } from '../../src/bench/load-document.ts';
import type { BenchDocument } from '../../src/bench/measurement.ts';
import { lags, loadText } from '../bench/compare/bench-documents.ts';
import { startForeignServer, stopForeignServers } from '../support/foreign-server.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRtServer } from '../support/rt-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'rt-bench-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Three runs of one load each, in a folder. */
function keepRuns(name: string, scale: number, changes: object = {}): string {
  for (const seed of [1, 2, 3]) {
    const run = join(folder, name, String(seed));
    mkdirSync(run, { recursive: true });
    const valuesMs = lags(1000, scale, scale + seed);
    writeFileSync(join(run, 'run.json'), loadText([{ sessions: 1, valuesMs }], changes));
  }
  return join(folder, name);
}

describe('rt bench compare', () => {
  const before = keepRuns('before', 100);
  const slower = keepRuns('slower', 150);
  const other = keepRuns('other', 100, { model: 'another' });

  it('[BEN-59] ends with 99 for a regression, after it was printed', async () => {
    const run = await runRt(['bench', 'compare', before, slower, '--metric', 'resp_lag']);
    expect(run.code).toBe(99);
    expect(run.stdout).toMatch(/^ +1 +resp_lag_p95 .* worse, beyond the bound$/m);
    expect(run.stderr).toContain('Worse beyond the bound: resp_lag_p50, resp_lag_p95');
    const kept = await runRt(['bench', 'compare', before, slower, '--max-regress', '80%', '--json']);
    expect(kept.code).toBe(0);
    const document = JSON.parse(kept.stdout) as ComparisonDocument;
    expect(document).toMatchObject({ schema: 'rt.bench-comparison/v1', regressions: 0, max_regress: 0.8 });
    expect(document.a).toHaveLength(3);
    expect(document.figures.find(({ metric }) => metric === 'resp_lag_p50')).toMatchObject({
      ...{ sessions: 1, verdict: 'worse', regression: false },
    });
  });

  it('[BEN-55] refuses runs that differ, and names the field; --force compares them', async () => {
    const refused = await runRt(['bench', 'compare', before, other]);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('The runs differ in model: tiny-160ms and another');
    const forced = await runRt(['bench', 'compare', before, other, '--force']);
    expect(forced.code).toBe(0);
    expect(forced.stdout).toMatch(/^differ in model: tiny-160ms and another$/m);
  });
});

describe('rt bench report', () => {
  it('[BEN-60] [BEN-62] [BEN-63] plots in a terminal, and writes a page and tables', async () => {
    const run = join(keepRuns('shown', 100), '1');
    const plotted = await runRt(['bench', 'report', run]);
    expect([plotted.code, plotted.stderr]).toEqual([0, '']);
    expect(plotted.stdout).toMatch(/resp_lag by share of results[\s\S]*[\u2801-\u28ff]/);
    const [html, csv] = [join(folder, 'r.html'), join(folder, 'r.csv')];
    const written = await runRt(['bench', 'report', run, '--html', html, '--csv', csv, '--json']);
    expect(JSON.parse(written.stdout)).toMatchObject({ schema: 'rt.bench-report/v1', files: [html, csv] });
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<polyline[\s\S]*<\/html>\n$/);
    expect(readFileSync(csv, 'utf8')).toMatch(/^run,kind/);
  });

  it('says what is wrong with a file that is no document', async () => {
    const path = join(folder, 'oops.json');
    writeFileSync(path, '{}');
    const run = await runRt(['bench', 'report', path]);
    expect(run.code).toBe(7);
    expect(run.stderr).toContain('is no document of rt bench');
  });
});

describe('rt bench intrinsic', () => {
  it('[BEN-53] [BEN-54] says what this machine adds, and what that means', async () => {
    const run = await runRt([
      'bench',
      'intrinsic',
      '--seconds',
      '1',
      '--threshold',
      'timer_lateness_p99<=60000',
    ]);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^timer_lateness +100 /m);
    expect(run.stdout).toMatch(/^p99 timer lateness [\d.]+ ms: do not trust differences below/m);
  });
});

describe('rt bench load of a foreign server', () => {
  afterAll(stopForeignServers);
  const lenient = [
    '--warmup-s',
    '0',
    '--void-lateness-ms',
    '1000',
    '--slo-ms',
    '60000',
    '--seconds',
    '2',
    '--json',
  ];

  it('[BEN-50] measures vosk-server, word error rate included', async () => {
    const url = await startForeignServer({ wire: 'vosk' });
    const run = await runRt(['bench', 'load', '--vosk', url, ...lenient]);
    expect(run.code).toBe(0);
    const document = JSON.parse(run.stdout) as LoadDocument;
    expect(document).toMatchObject({ settings: { wire: 'vosk' }, model: null });
    expect(document.steps[0]).toMatchObject({ admitted: 1, errors: 0, timeouts: 0 });
    expect(document.steps[0]?.wer?.ref_words).toBeGreaterThan(0);
  });

  it('[BEN-52] speaks to OpenAI’s wire with a key that stands nowhere in what it says', async () => {
    const key = join(folder, 'key');
    writeFileSync(key, 'sk-canary', { mode: 0o600 });
    const url = await startForeignServer({ wire: 'openai', key: 'sk-canary' });
    const run = await runRt(['bench', 'load', '--openai', url, '--openai-key-file', key, ...lenient]);
    expect(run.code).toBe(0);
    expect((JSON.parse(run.stdout) as LoadDocument).steps[0]).toMatchObject({ admitted: 1, errors: 0 });
    expect(run.stdout + run.stderr).not.toContain('sk-canary');
  });
});

describe.skipIf(!hasRedis)('rt bench captions', () => {
  let redis: RedisServer;
  let up: RtServer;
  beforeAll(async () => {
    redis = await startRedis();
    const environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    up = await startRtServer(['up', '--port', '0', '--engine', 'beacon'], environment);
  });
  afterAll(async () => {
    up.kill('SIGTERM');
    await up.finished;
    await redis.stop();
  });

  it('[BEN-65] [BEN-66] [BEN-67] tells when readers have what was said, and whether all of it', async () => {
    const audio = join(folder, 'beacon.wav');
    await runRt(['chaos', 'audio', '--out', audio, '--duration', '10s']);
    const args = [
      '--url',
      up.ready.url,
      '--redis',
      redis.url,
      '--audio',
      audio,
      '--void-lateness-ms',
      '1000',
    ];
    const readers = ['--readers', '6', '--slow', '2', '--seconds', '4'];
    const run = await runRt(['bench', 'captions', ...args, ...readers, '--threshold', 'lost==0', '--json']);
    expect(run.code, run.stderr).toBe(0);
    const { figures, metrics, verdict } = JSON.parse(run.stdout) as BenchDocument;
    expect(verdict).toBe('measured');
    expect(figures).toMatchObject({
      readers: 6,
      slow: 2,
      lost: 0,
      doubled: 0,
      lost_partials: 0,
      reader_disconnects: 0,
    });
    const told = (figures['events'] ?? 0) + (figures['partials'] ?? 0);
    expect(told).toBeGreaterThan(5);
    expect([metrics['fanout']?.n, metrics['fanout_slow']?.n]).toEqual([4 * told, 2 * told]);
    expect(metrics['fanout_slow']?.max).toBeGreaterThan(metrics['fanout']?.p50 ?? 0);
  });

  it('refuses what cannot be', async () => {
    const run = await runRt(['bench', 'captions', '--readers', '2', '--slow', '3']);
    expect([run.code, run.stderr.split('\n')[0]]).toEqual([2, 'There are more slow readers than readers']);
  });
});

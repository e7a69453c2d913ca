/** `rt bench load` as it is installed, against a real gateway and its worker. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadDocument } from '../../src/bench/load-document.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type Finished, type RtServer, runRt, startRtServer } from '../support/rt-process.ts';

const CAPACITY = 3;
/** What is tested is the command, not the machine: its lateness voids nothing. */
const LENIENT = ['--warmup-s', '0', '--void-lateness-ms', '1000', '--slo-ms', '60000'];

const load = (seconds: number, ...args: readonly string[]): Promise<Finished> =>
  runRt(['bench', 'load', '--seconds', String(seconds), ...LENIENT, ...args]);
const documentOf = ({ stdout }: Finished): LoadDocument => JSON.parse(stdout) as LoadDocument;

describe.skipIf(!hasRedis)('rt bench load', () => {
  let redis: RedisServer;
  let up: RtServer;
  let folder: string;
  let worker: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rt-bench-'));
    redis = await startRedis();
    const environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    up = await startRtServer(['up', '--port', '0', '--capacity', String(CAPACITY)], environment);
    const listed = await runRt(['workers', 'list', '--json'], environment);
    const { workers } = JSON.parse(listed.stdout) as { workers: readonly { endpoint: string }[] };
    worker = workers[0]?.endpoint ?? '';
  });
  afterAll(async () => {
    up.kill('SIGTERM');
    await up.finished;
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('measures a gateway, prints one document, and keeps it', async () => {
    const out = join(folder, 'gateway');
    const args = ['--url', up.ready.url, '--sessions', '2', '--pid', String(up.pid)];
    const run = await load(6, ...args, '--threshold', 'errors==0', '--out', out, '--json');
    expect(run.stderr).toMatch(/^2 sessions: resp_lag p50 [\d.]+ p95 [\d.]+ ms, 0 refused, 0 failed, pass$/m);
    expect(run.code).toBe(0);
    const document = documentOf(run);
    expect(document).toMatchObject({
      schema: 'rt.bench/v1',
      kind: 'load',
      slo_ms: 60_000,
      capacity: 2,
      knee: null,
    });
    expect(document.thresholds).toEqual([{ threshold: 'errors==0', sessions: 2, value: 0, kept: true }]);
    const [step] = document.steps;
    expect(step).toMatchObject({
      admitted: 2,
      errors: 0,
      incomplete: 0,
      timeouts: 0,
      goodput: 2,
      verdict: 'pass',
    });
    expect(step?.metrics.resp_lag.n).toBeGreaterThan(10);
    expect(step?.metrics.final_lag.n).toBeGreaterThan(0);
    expect(step?.wer?.wer).toBeLessThan(0.3);
    expect(step?.servers[0]?.rss_bytes).toBeGreaterThan(50_000_000);
    expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))).toEqual(document);
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('| rt-tiny-en-160ms |');
  });

  it('measures a worker without a gateway', async () => {
    const document = documentOf(
      await load(3, '--worker', worker, '--sessions', '1,2', '--flush-every-s', '1', '--json'),
    );
    expect(document.settings).toMatchObject({
      wire: 'worker',
      target: `${worker}/session`,
      sessions: [1, 2],
    });
    expect(document.steps.map(({ sessions, admitted, errors }) => [sessions, admitted, errors])).toEqual([
      [1, 1, 0],
      [2, 2, 0],
    ]);
    expect(document.steps[1]?.metrics.flush_lag.n).toBeGreaterThan(0);
  });

  it('[BEN-9] counts who was refused and judges those who were admitted', async () => {
    const run = await load(3, '--url', up.ready.url, '--sessions', String(CAPACITY + 2), '--json');
    const [step] = documentOf(run).steps;
    expect(step).toMatchObject({
      admitted: CAPACITY,
      refused: 2,
      errors: 0,
      refusals_by_code: { no_capacity: 2 },
    });
    expect(step?.retry_after_ms?.min).toBeGreaterThan(0);
    expect(step?.metrics.refusal.n).toBe(2);
    expect(documentOf(run)).toMatchObject({ capacity: CAPACITY, knee: CAPACITY + 2 });
  });

  it('[BEN-16] ends with 99 when a threshold is missed, after it said by how much', async () => {
    const args = ['--worker', worker, '--threshold', 'resp_lag_p50<0', '--threshold', 'capacity>=1'];
    const text = await load(3, ...args);
    expect(text.code).toBe(99);
    expect(text.stdout).toMatch(/^SESSIONS .*VERDICT$/m);
    expect(text.stdout).toMatch(/^threshold resp_lag_p50<0 at 1 sessions: missed \([\d.]+\)$/m);
    expect(text.stdout).toMatch(/^threshold capacity>=1: kept \(1\)$/m);
    expect(text.stderr).toContain('Missed: resp_lag_p50<0');
    const json = await load(3, ...args, '--json');
    expect([json.code, documentOf(json).thresholds.map(({ kept }) => kept)]).toEqual([99, [false, true]]);
  });

  it.each<[string, readonly string[], number, RegExp]>([
    [
      'two targets',
      ['--url', 'ws://a', '--worker', 'ws://b'],
      2,
      /Only one of --url, --worker, --sherpa, --vosk and --openai/,
    ],
    ['a peer of unknown chunk', ['--sherpa', 'ws://127.0.0.1:9'], 2, /--peer-chunk-ms/],
    ['a metric that is none', ['--threshold', 'speed<=1'], 2, /no metric "speed"/],
    ['a load that is none', ['--sessions', '4,x'], 2, /commas between them/],
    ['audio that is not there', ['--audio', 'nothing.wav'], 7, /cannot read nothing\.wav/],
    ['nobody listening', ['--url', 'ws://127.0.0.1:9'], 5, /nothing listens there/],
  ])('refuses %s', async (_title, ...[args, code, message]) => {
    const run = await load(1, ...args);
    expect([run.code, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toMatch(message);
  });
});

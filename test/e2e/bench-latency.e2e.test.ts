/** `rt bench latency` as it is installed, against a real gateway and a worker that reads beacon audio. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LatencyDocument } from '../../src/bench/latency/latency-document.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type Finished, type RtServer, runRt, startRtServer } from '../support/rt-process.ts';

describe.skipIf(!hasRedis)('rt bench latency', () => {
  let redis: RedisServer;
  let up: RtServer;
  let folder: string;
  let environment: Readonly<Record<string, string>>;

  /** What is tested is the command, not the machine: its lateness voids nothing. */
  const latency = (...args: readonly string[]): Promise<Finished> =>
    runRt(
      ['bench', 'latency', ...args, '--warmup', '0s', '--runs', '1', '--void-lateness-ms', '1000'],
      environment,
    );
  const clip = (): string => join(folder, 'beacon.wav');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rt-latency-'));
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    up = await startRtServer(['up', '--port', '0', '--engine', 'beacon'], environment);
    const made = await runRt(['chaos', 'audio', '--seed', '3', '--duration', '12s', '--out', clip()]);
    if (made.code !== 0) throw new Error(made.stderr);
  });
  afterAll(async () => {
    up.kill('SIGTERM');
    await up.finished;
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('measures words and where their time goes, and keeps the run', async () => {
    const out = join(folder, 'run');
    const pid = String(up.pid);
    const args = [
      clip(),
      '--url',
      up.ready.url,
      '--sessions',
      '2',
      '--duration',
      '3s',
      '--stages',
      '--pid',
      pid,
    ];
    const run = await latency(...args, '--threshold', 'lost==0', '--out', out, '--json');
    expect(run.stderr).toMatch(
      /^run 1, 2 sessions: p95 of words first shown [\d.]+ ms, final [\d.]+ ms, pass$/m,
    );
    expect(run.code).toBe(0);
    const document = JSON.parse(run.stdout) as LatencyDocument;
    expect(document).toMatchObject({
      kind: 'latency',
      model: 'beacon',
      truth: 'words',
      knee: null,
      void_runs: 0,
    });
    expect(document.thresholds).toEqual([{ threshold: 'lost==0', sessions: 2, value: 0, kept: true }]);
    const [measured] = document.loads[0]?.runs ?? [];
    expect(measured?.words).toMatchObject({ missed: 0, lost: 0 });
    expect(measured?.metrics.word_first.n).toBeGreaterThan(4);
    expect(measured?.servers[0]?.rss_bytes).toBeGreaterThan(20_000_000);
    // A beacon word shows in the first step behind its end: steps of 160 ms, messages of 80 ms.
    expect(measured?.metrics.word_first.min).toBeLessThan(400);
    const stages = new Map(measured?.stages?.map(({ stage, p50 }) => [stage, p50]));
    expect([...stages.keys()]).toEqual([
      ...['buffer', 'network in', 'gateway', 'vad', 'asr: more audio', 'asr: step wait', 'asr: step'],
      ...['network back', 'unattributed', 'total'],
    ]);
    // Every server has told its part.
    for (const [stage, p50] of stages) expect([stage, typeof p50]).toEqual([stage, 'number']);
    expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))).toEqual(document);
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('| SESSIONS | WORDS |');
  });

  it('[BEN-37] ends with 99 against a baseline of other loads, after it told what it measured', async () => {
    const args = [clip(), '--url', up.ready.url, '--duration', '1s', '--baseline', join(folder, 'run')];
    const run = await latency(...args, '--threshold', 'word_final_p50<1');
    expect(run.code).toBe(99);
    expect(run.stdout).toMatch(/^rt bench latency \| .* \| beacon \| 1 x 1 s \| seed 1 \| rt /m);
    expect(run.stdout).toMatch(/^SESSIONS +WORDS .*VERDICT$/m);
    expect(run.stdout).toMatch(/^baseline: not compared, it has none of these loads$/m);
    expect(run.stderr).toContain('Missed: word_final_p50<1, no worse than the baseline');
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ['two targets', ['--url', 'ws://a', '--worker', 'ws://b'], 2, /Only one of --url and --worker/],
    ['stages of a worker alone', ['--worker', 'ws://127.0.0.1:9', '--stages'], 2, /--stages needs a gateway/],
    ['a metric that is none', ['--threshold', 'speed<=1'], 2, /no metric "speed"/],
    ['a bound without its sign', ['--max-regress', '10'], 2, /a share in percent/],
    ['a baseline that is not there', ['--baseline', 'nothing'], 7, /cannot read nothing/],
    ['nobody listening', ['--url', 'ws://127.0.0.1:9'], 5, /nothing listens there/],
  ])('refuses %s', async (_title, ...[args, code, message]) => {
    const run = await latency(...args);
    expect([run.code, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toMatch(message);
  });
});

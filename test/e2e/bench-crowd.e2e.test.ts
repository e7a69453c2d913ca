/** `rt bench connect`, `overload`, `soak` and `failover` as they are installed, against real clusters of beacon workers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchDocument } from '../../src/bench/measurement.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type Finished, type RtServer, runRt, startRtServer } from '../support/rt-process.ts';

const CAPACITY = 3;
/** What is tested is the command, not the machine: its lateness voids nothing. */
const LENIENT = ['--void-lateness-ms', '1000'];

const documentOf = ({ stdout }: Finished): BenchDocument => JSON.parse(stdout) as BenchDocument;

describe.skipIf(!hasRedis)('a crowd of rt bench', () => {
  let redis: RedisServer;
  let up: RtServer;
  let folder: string;
  let environment: Record<string, string>;
  let crowd: readonly string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rt-crowd-'));
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const engine = ['--engine', 'beacon', '--capacity', String(CAPACITY)];
    up = await startRtServer(['up', '--port', '0', ...engine], environment);
    const audio = join(folder, 'beacon.wav');
    await runRt(['chaos', 'audio', '--out', audio, '--duration', '20s']);
    crowd = ['--url', up.ready.url, '--audio', audio, ...LENIENT];
  });
  afterAll(async () => {
    up.kill('SIGTERM');
    await up.finished;
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('[BEN-19] connect opens sessions at its rate, and keeps the run', async () => {
    const out = join(folder, 'connect');
    const args = ['bench', 'connect', ...crowd, '--rate', '1', '--seconds', '3', '--hold-s', '1'];
    const run = await runRt([...args, '--threshold', 'errors==0', '--out', out, '--json']);
    expect([run.code, run.stderr]).toEqual([0, '']);
    const document = documentOf(run);
    expect(document).toMatchObject({
      ...{ schema: 'rt.bench/v1', kind: 'connect', model: 'beacon', verdict: 'measured' },
      figures: { sessions: 3, admitted: 3, refused: 0, errors: 0, incomplete: 0, admitted_per_s: 1 },
      thresholds: [{ threshold: 'errors==0', value: 0, kept: true }],
    });
    expect(document.metrics['connect']?.n).toBe(3);
    expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))).toEqual(document);
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('| connect | 3 |');
  });

  it('[BEN-21] connect ends with 99 when a threshold is missed, after it said by how much', async () => {
    const args = ['bench', 'connect', ...crowd, '--rate', '1', '--seconds', '1'];
    const run = await runRt([...args, '--threshold', 'connect_p99<0']);
    expect(run.code).toBe(99);
    expect(run.stdout).toMatch(/^connect +1 +[\d.]+/m);
    expect(run.stdout).toMatch(/^threshold connect_p99<0: missed \([\d.]+\)$/m);
    expect(run.stderr).toContain('Missed: connect_p99<0');
  });

  it('[BEN-22] [BEN-23] overload tells who was refused, the goodput of the others, and the recovery', async () => {
    const args = ['bench', 'overload', ...crowd, '--slo-ms', '5000', '--life-s', '2..3', '--warmup-s', '1'];
    const run = await runRt([...args, '--times', '3', '--seconds', '4', '--after-s', '5', '--json']);
    expect(run.code).toBe(0);
    const { figures, metrics, details } = documentOf(run);
    expect(details).toMatchObject({ capacity: CAPACITY, offered: 3 * CAPACITY, slo_ms: 5000 });
    expect(figures['refused']).toBeGreaterThanOrEqual(2 * CAPACITY);
    expect(metrics['refusal']?.n).toBe(figures['refused']);
    expect(figures['refusals_without_hint']).toBe(0);
    expect(figures['retry_after_min_ms']).toBeGreaterThan(0);
    // Sessions come and go, so a place is empty now and then.
    expect(figures['goodput']).toBeGreaterThan(0.3 * CAPACITY);
    expect(figures['goodput']).toBeLessThanOrEqual(CAPACITY);
    expect(figures['recover_s']).toBeGreaterThanOrEqual(0);
  });

  it('[BEN-25] [BEN-26] soak tells what is left of sessions that came and went', async () => {
    const args = ['bench', 'soak', ...crowd, '--minutes', '0.1', '--life-s', '1..2', '--settle-min', '0'];
    const watched = ['--share', '0.7', '--pid', `up=${String(up.pid)}`, '--json'];
    const run = await runRt([...args, ...watched], environment);
    expect(run.code).toBe(0);
    const { figures, details } = documentOf(run);
    expect(figures).toMatchObject({
      ...{ refused: 0, errors: 0, incomplete: 0, processes_lost: 0, false_failovers: 0 },
      ...{ keys_left: 0, leases_left: 0, slots_left: 0 },
    });
    // Two speakers, each with several sessions.
    expect(figures['admitted']).toBeGreaterThanOrEqual(4);
    expect(figures['fds_left']).toBeLessThanOrEqual(2);
    expect(details['processes']).toMatchObject([{ name: 'up', pid: up.pid, alive: true }]);
  });

  it('[BEN-27] failover measures gaps in a cluster of its own', async () => {
    const args = ['bench', 'failover', '--scenario', 'worker-kill', '--trials', '1', '--sessions', '1'];
    const run = await runRt([
      ...args,
      '--seed',
      '3',
      '--threshold',
      'lost==0',
      '--threshold',
      'trials>=2',
      '--json',
    ]);
    expect(run.code, run.stdout).toBe(99);
    expect(run.stderr).toMatch(/^worker-kill 0 \(disturbed\): worker killed .*, ok$/m);
    const { figures, metrics, thresholds, details } = documentOf(run);
    expect(figures).toMatchObject({ trials: 1, sessions: 1, lost: 0, doubled: 0, reordered: 0, violated: 0 });
    expect(thresholds.map(({ kept }) => kept)).toEqual([true, false]);
    expect(details['scenarios']).toMatchObject({ 'worker-kill': { trials: 1 } });
    expect(details['trials']).toMatchObject([
      { scenario: 'worker-kill', trial: 0, gap_max_ms: metrics['gap']?.max },
    ]);
  }, 120_000);

  it.each<[readonly string[], number, RegExp]>([
    [['connect', '--threshold', 'recover_s<=1'], 2, /no metric "recover_s"/],
    [['connect', '--url', 'ws://127.0.0.1:9'], 5, /nothing listens there/],
    [['overload', '--life-s', '60..20'], 2, /LEAST\.\.MOST/],
    [['soak', '--pid', '4711'], 2, /does not name a process/],
    [['failover', '--scenario', 'earthquake'], 2, /worker-kill/],
  ])('%j is refused', async (args, code, message) => {
    const run = await runRt(['bench', ...args]);
    expect([run.code, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toMatch(message);
  });
});

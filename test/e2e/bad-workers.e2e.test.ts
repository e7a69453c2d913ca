/** Workers that are blocked, stuck, slow or killed by what they hear: beacon engines with faults, as processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import type { Told } from '../support/stream-client.ts';

describe.skipIf(!hasRedis)('a fleet with a bad worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-bad-workers-'));
  const clip = join(folder, 'clip.wav');
  const servers: RtServer[] = [];
  let redis: RedisServer;
  let environment: Record<string, string>;
  let ids: readonly number[];

  beforeEach(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const made = await runRt(
      ['chaos', 'audio', '--seed', '11', '--duration', '8s', '--out', clip, '--json'],
      environment,
    );
    ids = (JSON.parse(made.stdout) as { words: { id: number }[] }).words.map(({ id }) => id);
    const gateway = await startRtServer(['gateway', '--listen', '127.0.0.1:0'], environment);
    servers.push(gateway);
    environment = { ...environment, RT_GATEWAY: gateway.ready.url };
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.kill('SIGKILL');
    await redis.stop();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** More slots are asked first. */
  const startWorker = async (capacity: number, ...faults: string[]): Promise<RtServer> => {
    const flags = faults.flatMap((fault) => ['--beacon-fault', fault]);
    const server = await startRtServer(
      ['worker', '--engine', 'beacon', '--listen', '127.0.0.1:0', '--capacity', String(capacity), ...flags],
      environment,
    );
    servers.push(server);
    return server;
  };

  async function stream(): Promise<{
    readonly code: number;
    readonly words: readonly number[];
    readonly warnings: readonly unknown[];
    readonly told: readonly Told[];
  }> {
    const { code, stdout } = await startRt(['stream', clip, '--format', 'jsonl'], environment).finished;
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    const texts = told.flatMap(({ type, text }) => (type === 'transcript.final' ? [String(text)] : []));
    return {
      code,
      told,
      words: texts.flatMap((text) => text.split(' ').map(Number)),
      warnings: told.flatMap(({ type, code: name }) => (type === 'warning' ? [name] : [])),
    };
  }

  it('[FLO-6] keeps a session where it is when its worker is blocked for two seconds', async () => {
    await startWorker(9, `block-ms=2000@${ids[3]}`);
    await startWorker(8);
    const { code, words, warnings } = await stream();
    // A gateway on a busy machine may halve partials meanwhile; that is another matter.
    expect([code, warnings.filter((name) => name !== 'degraded')]).toEqual([0, []]);
    expect(words).toEqual(ids);
    const workers = await runRt(['workers', 'list', '--json'], environment);
    expect(workers.stdout).not.toContain('offline');
  }, 40_000);

  it('[FLO-6] takes a session away from a worker that decodes nothing any more', async () => {
    await startWorker(9, `stall-on-word=${ids[3]}`);
    await startWorker(8);
    const { code, words, warnings } = await stream();
    expect([code, words]).toEqual([0, ids]);
    expect(warnings).toContain('failover');
  }, 40_000);

  it('[FLO-7] does not let one audio kill every worker', async () => {
    const fault = `crash-on-word=${ids[3]}`;
    await Promise.all([9, 8, 7].map((capacity) => startWorker(capacity, fault)));
    const last = await startWorker(2, fault);
    const { code, told } = await stream();
    expect(code).toBe(8);
    expect(told.find(({ type }) => type === 'error')).toMatchObject({ code: 'poison_audio', retry: 'never' });
    const health = await fetch(`${last.ready.http}/healthz`);
    expect(health.status).toBe(200);
  }, 60_000);

  it('[BCN-16] goes on behind a step that found no memory', async () => {
    await startWorker(9, `oom-on-word=${ids[3]}`);
    const { code, words, told } = await stream();
    expect(code).toBe(0);
    expect(told.filter(({ type }) => type === 'error')).toMatchObject([
      { code: 'resource_exhausted', recoverable: true },
    ]);
    // What was heard of the utterance is lost, and only that.
    expect(ids.filter((id) => !words.includes(id)).length).toBeLessThan(6);
    expect(words.at(-1)).toBe(ids.at(-1));
  }, 40_000);
});

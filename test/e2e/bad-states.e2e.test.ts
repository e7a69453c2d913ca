/** A fleet in states that are bad but not dead: a worker that is slow. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import type { Told } from '../support/stream-client.ts';

describe.skipIf(!hasRedis)('a session at a worker of a third of the speed it needs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-bad-states-'));
  const clip = join(folder, 'clip.wav');
  const servers: RtServer[] = [];
  let redis: RedisServer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
  });
  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  const start = async (...args: readonly string[]): Promise<RtServer> => {
    const server = await startRtServer([...args, '--listen', '127.0.0.1:0'], environment);
    servers.push(server);
    return server;
  };

  it('[FLO-16] goes on at a better one and is told every word, once and in order', async () => {
    const made = await runRt(
      ['chaos', 'audio', '--seed', '18', '--duration', '9s', '--out', clip, '--json'],
      environment,
    );
    const { words } = JSON.parse(made.stdout) as { readonly words: readonly { readonly id: number }[] };
    const gateway = await start('gateway');
    const beacon = ['worker', '--engine', 'beacon'];
    // More slots are asked first.
    await start(...beacon, '--id', 'slow', '--capacity', '9', '--beacon-fault', 'speed=0.3');
    await start(...beacon, '--id', 'well', '--capacity', '2');
    const args = ['stream', clip, '--format', 'jsonl', '--fail-on-loss', '--gateway', gateway.ready.url];
    const { code, stdout } = await startRt(args, environment).finished;
    const lines = stdout.trim().split('\n');
    const told = lines.map((line) => JSON.parse(line) as Told);
    const warnings = told.flatMap(({ type, code: name }) => (type === 'warning' ? [name] : []));
    const texts = told.flatMap(({ type, text }) => (type === 'transcript.final' ? [String(text)] : []));
    expect([code, warnings]).toEqual([0, ['processing_lag']]);
    expect(texts.flatMap((text) => text.split(' ').map(Number))).toEqual(words.map(({ id }) => id));
    expect(gateway.stderr()).toMatch(/"from":"slow","to":"well","why":"lag"/);
    const metrics = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    expect(metrics).toMatch(/^rt_gateway_lag_moves_total 1$/m);
    expect(metrics).toMatch(/^rt_gateway_failovers_total 0$/m);
  }, 40_000);
});

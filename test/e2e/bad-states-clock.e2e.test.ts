/** The wall clocks of a fleet jump by hours, each its own way, while somebody speaks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import type { Told } from '../support/stream-client.ts';

const HOUR_MS = 3_600_000;
const PRELOAD = resolve('test/support/jumping-clock.mjs');
const BEAT_MS = 500;
const SESSION_LEASE_MS = 15_000;

describe.skipIf(!hasRedis)('a fleet whose clocks jump by an hour', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-clocks-'));
  const clip = join(folder, 'clip.wav');
  const servers: RtServer[] = [];
  let redis: RedisServer;
  let store: Redis;
  let prefix: string;
  let environment: Record<string, string>;
  let ids: readonly number[];

  const jump = (who: string, hours: number): void => {
    writeFileSync(join(folder, who), String(hours * HOUR_MS));
  };
  /** The environment of a process that has the clock `who`. */
  const clockOf = (who: string): Record<string, string> => {
    jump(who, 0);
    return { ...environment, NODE_OPTIONS: `--import=${PRELOAD}`, TEST_CLOCK_FILE: join(folder, who) };
  };
  const start = async (who: string, ...args: readonly string[]): Promise<RtServer> => {
    const server = await startRtServer([...args, '--listen', '127.0.0.1:0'], clockOf(who));
    servers.push(server);
    return server;
  };
  const storeMs = async (): Promise<number> => {
    const [seconds, micros] = await store.time();
    return Number(seconds) * 1000 + Number(micros) / 1000;
  };
  /** How long each lease has still to live, by the clock of the store. */
  const leasesMs = async (kind: 'workers' | 'sessions'): Promise<readonly number[]> => {
    const nowMs = await storeMs();
    const all = await store.zrange(`${prefix}:leases:${kind}`, 0, '-1', 'WITHSCORES');
    return all.filter((_, index) => index % 2 === 1).map((end) => Number(end) - nowMs);
  };
  /** As the gateway tells monitors: the jump has arrived. */
  const gatewayAheadMs = async (): Promise<number> => {
    const [digest = '{}'] = await store
      .hvals(`${prefix}:snapshot`)
      .then((all) => all.filter((text) => text.includes('"gateway"')));
    return Date.parse((JSON.parse(digest) as { at: string }).at) - Date.now();
  };
  const happened = async (): Promise<readonly string[]> =>
    (await store.xrange(`${prefix}:events`, '-', '+')).map(
      ([, fields]) => fields[fields.indexOf('type') + 1] ?? '',
    );

  beforeAll(async () => {
    redis = await startRedis();
    store = new Redis(redis.url);
    prefix = redis.prefix();
    environment = { RT_REDIS: redis.url, RT_PREFIX: prefix };
    const made = await runRt(
      ['chaos', 'audio', '--seed', '65', '--duration', '8s', '--out', clip, '--json'],
      environment,
    );
    ids = (JSON.parse(made.stdout) as { words: { id: number }[] }).words.map(({ id }) => id);
  }, 30_000);
  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    store.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('[SES-62] nothing moves, no lease ends early, every duration is right', async () => {
    const gateway = await start('gateway', 'gateway');
    await start('router', 'router');
    const worker = await start('worker', 'worker', '--engine', 'beacon', '--heartbeat', `${BEAT_MS}ms`);
    const args = ['stream', clip, '--format', 'jsonl', '--fail-on-loss', '--gateway', gateway.ready.url];
    const client = startRt(args, clockOf('client'));
    const finals = (count: number) => client.until(({ stdout }) => stdout().split('.final').length > count);

    await client.until(({ stdout }) => stdout().includes('transcript.partial'));
    for (const [index, who] of ['gateway', 'worker', 'router', 'client'].entries())
      jump(who, index % 2 ? 1 : -1);
    await finals(1);
    await expect.poll(gatewayAheadMs, { timeout: 5000 }).toBeLessThan(-HOUR_MS + 60_000);
    for (const [index, who] of ['gateway', 'worker', 'router', 'client'].entries())
      jump(who, index % 2 ? -1 : 1);
    await finals(2);
    for (const [kind, mostMs] of [
      ['workers', 3 * BEAT_MS],
      ['sessions', SESSION_LEASE_MS],
    ] as const) {
      const [lease, ...others] = await leasesMs(kind);
      expect(others).toEqual([]);
      expect(lease).toBeGreaterThan(0);
      expect(lease).toBeLessThanOrEqual(mostMs);
    }

    const { code, stdout } = await client.finished;
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    const texts = told.flatMap(({ type, text }) => (type === 'transcript.final' ? [String(text)] : []));
    const times = told.flatMap(({ t_ms: ms }) => (typeof ms === 'number' ? [ms] : []));
    // A busy machine halves partials.
    const warnings = told.filter(({ type, code: name }) => type === 'warning' && name !== 'degraded');
    expect([code, warnings]).toEqual([0, []]);
    expect(texts.flatMap((text) => text.split(' ').map(Number))).toEqual(ids);
    expect(told.find(({ type }) => type === 'session.end')?.['total_duration']).toBeCloseTo(8, 0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(20_000);
    const metrics = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    const responsesS = Number(/^rt_gateway_response_seconds_sum (\S+)$/m.exec(metrics)?.[1]);
    expect(responsesS).toBeGreaterThan(0);
    expect(responsesS).toBeLessThan(HOUR_MS / 1000 / 2);
    expect(await happened()).toEqual(['worker.ready', 'session.started', 'session.ended']);

    // A worker that is gone is missed on time, whatever hour its gateway, its router and itself believed it was.
    worker.kill('SIGKILL');
    await worker.finished;
    const goneMs = performance.now();
    await expect.poll(happened, { timeout: 15_000 }).toContain('worker.offline');
    expect(performance.now() - goneMs).toBeGreaterThan(BEAT_MS);
  }, 60_000);
});

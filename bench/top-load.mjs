/**
 * What `rt top` costs: its share of a core, bytes to the terminal, memory, time from a key to the frame that answers
 * it, and Redis commands per second, for a usual and for a large fleet whose every text changes with every beat.
 *
 *   node bench/top-load.mjs [--seconds 20] [--out NAME]
 *
 * The fleet exists in Redis alone (bench/top/fleet.mjs); the terminal is a pseudo-terminal that draws nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { percentile } from '../dist/client/metrics.js';
import { startRedis } from './cluster.mjs';
import { startFleet } from './top/fleet.mjs';
import { startMonitor } from './top/monitor.mjs';

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, out: { type: 'string' } },
});

const USUAL = { workers: 20, sessions: 200, eventsPerSecond: 50, intervalMs: 1000 };
const LARGE = { workers: 100, sessions: 2000, eventsPerSecond: 50, intervalMs: 500 };
const CASES = [
  { ...USUAL, view: 'overview', columns: 100, rows: 30 },
  { ...USUAL, view: 'sessions', columns: 100, rows: 30 },
  { ...USUAL, view: 'sessions', columns: 200, rows: 60 },
  { ...LARGE, view: 'sessions', columns: 200, rows: 60 },
];
const KEYS = 40;
const WARM_UP_MS = 5000;

/** Commands of monitors alone: the fleet only writes. */
const READS = ['smembers', 'hgetall', 'xread', 'xrevrange', 'xrange', 'hmget'];

function readsSoFar(redisUrl) {
  const stats = execFileSync('redis-cli', ['-u', redisUrl, 'info', 'commandstats'], { encoding: 'utf8' });
  return READS.reduce(
    (sum, name) => sum + Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0),
    0,
  );
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const round = (value) => Math.round(value * 1000) / 1000;

async function measure({ workers, sessions, eventsPerSecond, intervalMs, view, columns, rows }) {
  const redis = await startRedis();
  const fleet = await startFleet({
    redisUrl: redis.url,
    workers,
    sessions,
    eventsPerSecond,
    periodMs: intervalMs,
  });
  const args = ['--redis', redis.url, '--view', view, '--interval', `${intervalMs}ms`];
  const monitor = await startMonitor({ columns, rows, args, begun: `of ${sessions}` });
  await sleep(WARM_UP_MS);
  const before = {
    atMs: performance.now(),
    bytes: monitor.bytes(),
    cpuS: monitor.cpuS(),
    reads: readsSoFar(redis.url),
  };
  await sleep(Number(flags.seconds) * 1000);
  const seconds = (performance.now() - before.atMs) / 1000;
  const figures = {
    cpu_share: round((monitor.cpuS() - before.cpuS) / seconds),
    terminal_bytes_per_s: Math.round((monitor.bytes() - before.bytes) / seconds),
    rss_mb: Math.round(monitor.rssBytes() / 2 ** 20),
    redis_commands_per_s: round((readsSoFar(redis.url) - before.reads) / seconds),
  };
  const keyMs = [];
  for (let index = 0; index < KEYS; index += 1) {
    keyMs.push(await monitor.press(index % 2 === 0 ? 'j' : 'k'));
    await sleep(50);
  }
  await monitor.stop();
  await fleet.stop();
  redis.stop();
  const at = (share) => round(percentile(keyMs, share));
  return {
    ...figures,
    key_to_frame_ms: { n: KEYS, p50: at(0.5), p95: at(0.95), max: round(Math.max(...keyMs)) },
  };
}

const cases = [];
for (const one of CASES) {
  const { eventsPerSecond, intervalMs, ...rest } = one;
  cases.push({ ...rest, events_per_s: eventsPerSecond, interval_ms: intervalMs, ...(await measure(one)) });
}
const result = {
  schema: 'rt.bench.top-load/v1',
  at: new Date().toISOString(),
  command: `node bench/top-load.mjs ${process.argv.slice(2).join(' ')}`.trim(),
  cpu: os.cpus()[0]?.model,
  cores: os.cpus().length,
  load_average: os.loadavg().map(round),
  node: process.version,
  seconds: Number(flags.seconds),
  cases,
};
console.log(JSON.stringify(result, null, 1));
if (flags.out) {
  const folder = path.join('bench', 'runs', flags.out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
}

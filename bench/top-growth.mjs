/**
 * Whether `rt top` grows: its memory over half an hour before a fleet whose sessions come and go, while somebody walks
 * through every view.
 *
 *   node bench/top-growth.mjs [--minutes 30] [--out NAME]
 *
 * The fleet exists in Redis alone (bench/top/fleet.mjs); the terminal is a pseudo-terminal that draws nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startRedis } from './cluster.mjs';
import { startFleet } from './top/fleet.mjs';
import { startMonitor } from './top/monitor.mjs';

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, out: { type: 'string' } },
});
const FLEET = { workers: 20, sessions: 200, eventsPerSecond: 50, periodMs: 1000, churn: 2 };
/** One for each view. */
const KEYS = ['1', '2', '3', '4', '5', '6'];
const WARM_UP_MIN = 5;
const EVERY_MS = 10_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const round = (value) => Math.round(value * 100) / 100;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Slope of the least squares through `[minute, mb]`, in MB an hour. */
function slopeMbPerH(samples) {
  const [atMin, atMb] = [mean(samples.map(([min]) => min)), mean(samples.map(([, mb]) => mb))];
  const over = samples.reduce((sum, [min, mb]) => sum + (min - atMin) * (mb - atMb), 0);
  return (over / samples.reduce((sum, [min]) => sum + (min - atMin) ** 2, 0)) * 60;
}

const redis = await startRedis();
const fleet = await startFleet({ redisUrl: redis.url, ...FLEET });
const args = ['--redis', redis.url, '--view', 'sessions', '--interval', '1000ms'];
const monitor = await startMonitor({ columns: 120, rows: 40, args, begun: `of ${FLEET.sessions}` });
const startMs = performance.now();
const samples = [];
for (let walked = 0; performance.now() - startMs < Number(flags.minutes) * 60_000; walked += 1) {
  await sleep(EVERY_MS);
  monitor.type(KEYS[walked % KEYS.length]);
  samples.push([round((performance.now() - startMs) / 60_000), round(monitor.rssBytes() / 2 ** 20)]);
}
const cpuShare = monitor.cpuS() / ((performance.now() - startMs) / 1000);
await monitor.stop();
await fleet.stop();
redis.stop();

const settled = samples.filter(([min]) => min >= WARM_UP_MIN);
const result = {
  schema: 'rt.bench.top-growth/v1',
  at: new Date().toISOString(),
  command: `node bench/top-growth.mjs ${process.argv.slice(2).join(' ')}`.trim(),
  cpu: os.cpus()[0]?.model,
  cores: os.cpus().length,
  load_average: os.loadavg().map(round),
  node: process.version,
  fleet: FLEET,
  cpu_share: round(cpuShare),
  slope_mb_per_h_after_5_min: settled.length > 1 ? round(slopeMbPerH(settled)) : null,
  min_and_rss_mb: samples,
};
console.log(JSON.stringify(result, null, 1));
if (flags.out) {
  const folder = path.join('bench', 'runs', flags.out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
}

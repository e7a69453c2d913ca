/**
 * Do gateways in processes of their own ever book a slot twice, or lose one? Several race for fewer slots than they
 * want, are killed at random without warning and replaced; a checker follows every grant. Then all are killed, and
 * after one lease and one sweep nothing may be left. Ends with 1 when a slot was booked twice or leaked.
 *
 *   node bench/registry-race.mjs [--acquires 10000] [--gateways 3] [--kill-ms 700] [--out NAME]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../dist/base/clock.js';
import { silentLogger } from '../dist/base/log.js';
import { createKeys } from '../dist/registry/keys.js';
import { createRedisConnections } from '../dist/registry/redis.js';
import { createRedisRegistry } from '../dist/registry/redis-registry.js';
import { startRedis } from './cluster.mjs';
import { createOccupancy, leftovers, sampleSets } from './registry/checker.mjs';

const { values: flags } = parseArgs({
  options: {
    acquires: { type: 'string', default: '10000' },
    gateways: { type: 'string', default: '3' },
    'kill-ms': { type: 'string', default: '700' },
    out: { type: 'string' },
  },
});
const PREFIX = 'race';
const WORKERS = ['w1', 'w2', 'w3'];
const CAPACITY = 8;
/** Each gateway wants this many slots, so that all together want more than there are. */
const WANTED = 14;
const LEASE_MS = 3000;
const SEQUENTIAL = 2000;
const LONG_MS = 3_600_000;
const GATEWAY = new URL('./registry/gateway.mjs', import.meta.url).pathname;

const server = await startRedis();
const connections = createRedisConnections({ url: server.url, clock: systemClock, logger: silentLogger });
const registry = createRedisRegistry({ connections, clock: systemClock, prefix: PREFIX });
const keys = createKeys(PREFIX);
await registry.connect(5000);
for (const id of WORKERS) await registry.registration.register(worker(id), LONG_MS);

function worker(id, capacity = CAPACITY) {
  return {
    ...{ id, endpoint: 'ws://127.0.0.1:1', capacity, models: ['fast'], protocol: 1, provider: 'cpu' },
    ...{ engine: 'none', version: '0', host: 'here', pid: 1, startedAt: '' },
    ...{ gpuMemoryUsed: '', gpuMemoryTotal: '' },
  };
}

/** Reserve and release in turns on an otherwise idle store: what one claim costs a gateway. */
async function sequentialReserves() {
  await registry.registration.register(worker('idle'), LONG_MS);
  const took = [];
  for (let i = 0; i < SEQUENTIAL; i += 1) {
    const id = `sess_sequential-${i}`;
    const session = { id, gatewayId: 'g', language: 'en', model: 'fast', clientIp: '', epoch: 1 };
    const startMs = performance.now();
    await registry.ledger.reserve('idle', { ...session, enhanceOnEnd: false }, { leaseMs: LEASE_MS });
    took.push(performance.now() - startMs);
    await registry.ledger.release({ id, epoch: 1, audioDuration: 0, committed: 0 }, 'ended', 'done');
  }
  await registry.registration.deregister('idle');
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share) => round(sorted[Math.floor(share * (sorted.length - 1))]);
  return {
    count: SEQUENTIAL,
    mean: round(took.reduce((sum, ms) => sum + ms) / took.length),
    p50: at(0.5),
    p99: at(0.99),
  };
}

function round(ms) {
  return Math.round(ms * 1000) / 1000;
}

const total = { granted: 0, refused: 0, released: 0, lost: 0, unheard: 0 };
let started = 0;

function startGateway() {
  started += 1;
  const args = [GATEWAY, server.url, PREFIX, `gateway-${started}`, WANTED, LEASE_MS].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    const counts = JSON.parse(line);
    for (const name of Object.keys(total)) total[name] += counts[name] - (last[name] ?? 0);
    last = counts;
  });
  return child;
}

async function kill(child) {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const reserveMs = await sequentialReserves();
const occupancy = createOccupancy(CAPACITY);
const stop = new globalThis.AbortController();
const watching = (async () => {
  for await (const event of registry.fleet.watch(stop.signal, 1)) occupancy.add(event);
})();
const over = new globalThis.AbortController();
const sampling = sampleSets(connections.commands, {
  keys,
  workers: WORKERS,
  capacity: CAPACITY,
  signal: over.signal,
});

const startMs = performance.now();
const gateways = Array.from({ length: Number(flags.gateways) }, startGateway);
let kills = 0;
while (total.granted < Number(flags.acquires)) {
  await sleep(Number(flags['kill-ms']) * (0.5 + Math.random()));
  const victim = Math.floor(Math.random() * gateways.length);
  await kill(gateways[victim]);
  kills += 1;
  gateways[victim] = startGateway();
}
const racedMs = performance.now() - startMs;
await Promise.all(gateways.map(kill));
const heldAtEnd = await leftovers(connections.commands, { keys, workers: WORKERS });
await sleep(LEASE_MS + 200);
await registry.ledger.sweep();
const left = await leftovers(connections.commands, { keys, workers: WORKERS });
over.abort();
const sets = await sampling;
await sleep(100);
stop.abort();
await watching;

const { overbooked, ...events } = occupancy.seen;
const isFine =
  overbooked.length === 0 &&
  sets.inTwoSets === 0 &&
  (sets.tooMany === 0 || events.returned > 0) &&
  Object.values(left).every((count) => count === 0);
const result = {
  schema: 'rt.bench.registry-race/v1',
  at: new Date().toISOString(),
  command: `node bench/registry-race.mjs ${process.argv.slice(2).join(' ')}`.trim(),
  machine: { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version },
  slots: WORKERS.length * CAPACITY,
  lease_ms: LEASE_MS,
  race: { ...total, seconds: Math.round(racedMs / 100) / 10, gateways: gateways.length, kills },
  sequential_reserve_ms: reserveMs,
  events,
  sets,
  booked_twice: overbooked.length,
  overbooked: overbooked.slice(0, 10),
  held_when_all_were_killed: heldAtEnd.slots,
  left_after_lease_and_sweep: left,
  fine: isFine,
};
console.log(JSON.stringify(result, null, 1));
if (flags.out) {
  const folder = path.join('bench', 'runs', flags.out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
}
await registry.stop();
server.stop();
process.exitCode = isFine ? 0 : 1;

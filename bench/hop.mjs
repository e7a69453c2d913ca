/**
 * What the gateway adds: round trips of audio messages to a worker that answers each with a partial at
 * once, through `rt gateway` and directly, in the same run and interleaved message by message.
 *
 *   node bench/hop.mjs [--sessions 20] [--seconds 20] [--out NAME]
 *
 * Every message is 100 ms of audio, sent in real time with random phases. hop = round trip through the
 * gateway − round trip directly, per quantile; the direct arm is the cost of two sockets and this process.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../dist/base/clock.js';
import { silentLogger } from '../dist/base/log.js';
import { percentile } from '../dist/client/metrics.js';
import { createRedisConnections } from '../dist/registry/redis.js';
import { createRedisRegistry } from '../dist/registry/redis-registry.js';
import { dial } from '../dist/transport/ws-client.js';
import { listen } from '../dist/transport/ws-server.js';
import { rssMb, startRedis, startServer } from './cluster.mjs';

const { values: flags } = parseArgs({
  options: {
    sessions: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '20' },
    out: { type: 'string' },
  },
});
const CHUNK = new Uint8Array(3200);
const PERIOD_MS = 100;

/** A worker that answers every audio message with a partial naming how many there were. */
async function startEchoWorker() {
  return listen({
    host: '127.0.0.1',
    port: 0,
    onRequest: (_request, response) => void response.end(),
    route: () => 'accept',
    onSocket(socket) {
      let received = 0;
      let isOpen = false;
      socket.onMessage((data) => {
        if (typeof data === 'string') {
          if (isOpen) return;
          isOpen = true;
          const { session_id } = JSON.parse(data);
          socket.send(
            JSON.stringify({
              type: 'session.begin',
              session_id,
              protocol: 1,
              model: 'echo',
              language: 'en',
              partials: true,
              warnings: [],
            }),
          );
          return;
        }
        received++;
        // Without progress the gateway would rightly say that this worker lags.
        if (received % 3 === 0) {
          const decoded = received * 1600;
          socket.send(JSON.stringify({ type: 'progress', received: decoded, decoded, commit_sample: 0 }));
        }
        const partial = {
          type: 'transcript.partial',
          text: String(received),
          start: 0,
          end: 0,
          audio_end: received / 10,
          stable_chars: 0,
        };
        socket.send(JSON.stringify(partial));
      });
    },
  });
}

async function registerWorker(redisUrl, endpoint) {
  const connections = createRedisConnections({ url: redisUrl, clock: systemClock, logger: silentLogger });
  const registry = createRedisRegistry({ connections, clock: systemClock });
  await registry.connect(2000);
  const worker = {
    id: 'echo',
    endpoint,
    capacity: 1000,
    models: ['fast'],
    protocol: 1,
    provider: 'cpu',
    engine: 'echo',
    version: '0',
    host: os.hostname(),
    pid: process.pid,
    startedAt: new Date().toISOString(),
    gpuMemoryUsed: '0GB',
    gpuMemoryTotal: '0GB',
  };
  await registry.registration.register(worker, 600_000);
  return registry;
}

/** One paced session; resolves with its round trips in milliseconds. */
async function measure(url, { first, seconds, phaseMs }) {
  const socket = await dial({
    url,
    timeoutMs: 5000,
    maxPayloadBytes: 1 << 20,
    unreachable: 'gateway_unreachable',
  });
  const sentMs = [];
  const tripsMs = [];
  let begun;
  const ready = new Promise((resolve) => {
    begun = resolve;
  });
  socket.onMessage((data) => {
    const message = JSON.parse(data);
    if (message.type === 'error') throw new Error(message.message);
    if (message.type === 'session.begin') begun();
    if (message.type === 'transcript.partial')
      tripsMs.push(performance.now() - sentMs[Number(message.text) - 1]);
  });
  if (first) socket.send(first);
  await ready;
  const startMs = performance.now() + phaseMs;
  for (let i = 0; i < seconds * 10; i++) {
    const waitMs = startMs + i * PERIOD_MS - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    sentMs.push(performance.now());
    socket.send(CHUNK);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  socket.close(1000, 'done');
  return tripsMs;
}

const round = (value) => Math.round(value * 1000) / 1000;
const redis = await startRedis();
const worker = await startEchoWorker();
const registry = await registerWorker(redis.url, worker.wsUrl);
const gateway = await startServer(['gateway', '--listen', '127.0.0.1:0', '--redis', redis.url]);
try {
  const sessions = Number(flags.sessions);
  const seconds = Number(flags.seconds);
  const arm = (url, first) =>
    Array.from({ length: sessions }, (_, i) =>
      measure(url, { first: first?.(i), seconds, phaseMs: Math.random() * PERIOD_MS }),
    );
  const [through, direct] = await Promise.all([
    Promise.all(arm(`${gateway.ready.url}/v1/audio/transcriptions/stream`)),
    Promise.all(arm(`${worker.wsUrl}/session`, (i) => JSON.stringify({ session_id: `direct-${i}` }))),
  ]);
  const figures = (trips) => ({
    n: trips.length,
    p50: round(percentile(trips, 0.5)),
    p95: round(percentile(trips, 0.95)),
    p99: round(percentile(trips, 0.99)),
  });
  const gatewayMs = figures(through.flat());
  const directMs = figures(direct.flat());
  const result = {
    schema: 'rt.bench.hop/v1',
    at: new Date().toISOString(),
    command: `node bench/hop.mjs ${process.argv.slice(2).join(' ')}`,
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
    node: process.version,
    sessions,
    seconds,
    through_gateway_ms: gatewayMs,
    direct_ms: directMs,
    hop_ms: {
      p50: round(gatewayMs.p50 - directMs.p50),
      p95: round(gatewayMs.p95 - directMs.p95),
      p99: round(gatewayMs.p99 - directMs.p99),
    },
    gateway_rss_mb: rssMb(gateway.child.pid),
  };
  console.log(JSON.stringify(result, null, 1));
  if (flags.out) {
    const folder = path.join('bench', 'runs', flags.out);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  }
} finally {
  gateway.child.kill('SIGTERM');
  await new Promise((resolve) => gateway.child.once('exit', resolve));
  await registry.stop();
  await worker.close(500);
  redis.stop();
}

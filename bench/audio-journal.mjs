/**
 * What it would cost to keep the audio since `finalised` in Redis instead of the gateway's memory: processor time of
 * the process that writes and of redis-server for so many live sessions, and memory of Redis.
 *
 *   node bench/audio-journal.mjs [--out NAME] [--sessions 150] [--seconds 10] [--frame-ms 80] [--held-s 10]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startRedis } from './cluster.mjs';

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string' },
    sessions: { type: 'string', default: '150' },
    seconds: { type: 'string', default: '10' },
    'frame-ms': { type: 'string', default: '80' },
    'held-s': { type: 'string', default: '10' },
  },
});
const sessions = Number(flags.sessions);
const seconds = Number(flags.seconds);
const frameMs = Number(flags['frame-ms']);
const frame = Buffer.alloc(32 * frameMs, 7);
const kept = Math.ceil((Number(flags['held-s']) * 1000) / frameMs);

function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** Every session's frame at its due time; `keep` stores one. */
async function speak(keep) {
  const before = { own: process.cpuUsage(), redis: cpuMs(redisPid) };
  const startMs = performance.now();
  const frames = (seconds * 1000) / frameMs;
  const waits = [];
  for (let i = 0; i < frames * sessions; i++) {
    const dueMs = (i / sessions) * frameMs;
    const earlyMs = dueMs - (performance.now() - startMs);
    if (earlyMs > 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    const sentMs = performance.now();
    void keep(i % sessions, i)?.then(() => waits.push(performance.now() - sentMs));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const own = process.cpuUsage(before.own);
  waits.sort((a, b) => a - b);
  return {
    own_ms_per_session_s: (own.user + own.system) / 1000 / (sessions * seconds),
    redis_ms_per_session_s: (cpuMs(redisPid) - before.redis) / (sessions * seconds),
    answer_p95_ms: waits[Math.floor(0.95 * waits.length)] ?? null,
  };
}

const server = await startRedis();
const redis = new Redis(server.url, { protocol: 2 });
const redisPid = Number(/process_id:(\d+)/.exec(await redis.info('server'))[1]);
const rings = Array.from({ length: sessions }, () => []);
const arms = {
  memory: (session) => {
    rings[session].push(Buffer.from(frame));
    if (rings[session].length > kept) rings[session].shift();
  },
  redis: (session, i) => redis.xadd(`audio:${session}`, 'MAXLEN', '~', kept, `${i + 1}-0`, 'pcm', frame),
};
const results = { memory: [], redis: [] };
for (let round = 0; round < 3; round++) {
  await redis.flushall();
  for (const [name, keep] of Object.entries(arms)) results[name].push(await speak(keep));
}
const memory = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))[1]);
const result = {
  schema: 'rt.bench/audio-journal/1',
  at: new Date().toISOString(),
  command: ['node', 'bench/audio-journal.mjs', ...process.argv.slice(2)].join(' '),
  environment: {
    cpu: os.cpus()[0].model,
    cores: os.cpus().length,
    node: process.version,
    loadavg: os.loadavg(),
  },
  sessions,
  frame_ms: frameMs,
  results,
  redis_bytes_per_session: Math.round(memory / sessions),
};
const text = `${JSON.stringify(result, null, 2)}\n`;
process.stdout.write(text);
if (flags.out) {
  mkdirSync(path.join('bench/runs', flags.out), { recursive: true });
  writeFileSync(path.join('bench/runs', flags.out, 'result.json'), text);
}
redis.disconnect();
server.stop();

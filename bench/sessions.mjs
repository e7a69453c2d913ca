/**
 * Latency of concurrent live sessions through real processes: redis-server, `rt worker`, `rt gateway`
 * and this generator on one machine. Open loop: every message leaves at its planned instant, lateness
 * of the generator is recorded and voids the run when its p99 passes 5 ms.
 *
 *   node bench/sessions.mjs --sessions 1,16 --seconds 30 [--runs 3] [--gateway URL] [--out NAME] CLIP.wav…
 *
 * Definitions: src/client/metrics.ts (resp_lag, final_lag); end_lag: receipt of session.end − sending
 * of `end`. Clips are 16 kHz mono WAV files, played one after the other by each session, from a random
 * phase.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openAudioSource } from '../dist/audio/source.js';
import { createStreamMetrics, percentile } from '../dist/client/metrics.js';
import { openStreamSession } from '../dist/client/stream-session.js';
import { startCluster } from './cluster.mjs';

const { values: flags, positionals: clips } = parseArgs({
  allowPositionals: true,
  options: {
    sessions: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '30' },
    runs: { type: 'string', default: '1' },
    'chunk-ms': { type: 'string', default: '100' },
    capacity: { type: 'string', default: '64' },
    gateway: { type: 'string' },
    seed: { type: 'string', default: '7' },
    out: { type: 'string' },
  },
});
const RATE = 16_000;
const chunkSamples = (Number(flags['chunk-ms']) * RATE) / 1000;

/** Deterministic uniform numbers in [0, 1) (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function readClip(file) {
  const source = await openAudioSource(file);
  const parts = [];
  for await (const frame of source.frames) parts.push(frame);
  const samples = new Int16Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return samples;
}

/** `seconds` of audio: the clips in a rotated order, again and again. */
function program(audio, { seconds, offset }) {
  const samples = new Int16Array(Math.round(seconds * RATE));
  let at = 0;
  for (let i = offset; at < samples.length; i++) {
    const clip = audio[i % audio.length];
    samples.set(clip.subarray(0, samples.length - at), at);
    at += Math.min(clip.length, samples.length - at);
  }
  return samples;
}

async function runSession(gateway, { samples, startMs, lateness }) {
  const metrics = createStreamMetrics(RATE);
  const session = await openStreamSession({
    gateway,
    sampleRate: RATE,
    channels: 1,
    encoding: 'pcm_s16le',
    connectTimeoutMs: 10_000,
  });
  const warnings = [];
  let endSentMs = Number.NaN;
  let endLagMs = Number.NaN;
  const reading = (async () => {
    for await (const message of session.messages) {
      metrics.received(message);
      if (message.type === 'warning') warnings.push(message.code);
      if (message.type === 'error') throw new Error(`${message.code}: ${message.message}`);
      if (message.type === 'session.end') endLagMs = message.receivedMs - endSentMs;
    }
  })();
  metrics.begin(startMs);
  for (let at = 0; at < samples.length; at += chunkSamples) {
    const chunk = samples.subarray(at, at + chunkSamples);
    const dueMs = startMs + ((at + chunk.length) / RATE) * 1000;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    lateness.push(Math.max(0, performance.now() - dueMs));
    metrics.sent({ endSample: at + chunk.length, dueMs });
    await session.send(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  endSentMs = performance.now();
  session.end();
  await reading;
  return { metrics, warnings, endLagMs };
}

async function runStep(gateway, audio, { sessions, seconds, random }) {
  const lateness = [];
  const originMs = performance.now() + 200;
  const all = await Promise.all(
    Array.from({ length: sessions }, (_, i) =>
      runSession(gateway, {
        samples: program(audio, { seconds, offset: Math.floor(random() * audio.length) + i }),
        startMs: originMs + random() * 1000,
        lateness,
      }),
    ),
  );
  const resp = all.flatMap(({ metrics }) => metrics.respLagsMs);
  const final = all.flatMap(({ metrics }) => metrics.finalLagsMs);
  const figures = (values) => ({
    n: values.length,
    p50: round(percentile(values, 0.5)),
    p95: round(percentile(values, 0.95)),
    p99: round(percentile(values, 0.99)),
    max: round(percentile(values, 1)),
  });
  const summaries = all.map(({ metrics }) => metrics.summary());
  return {
    sessions,
    seconds,
    resp_lag_ms: figures(resp),
    final_lag_ms: figures(final),
    end_lag_ms: figures(all.map(({ endLagMs }) => endLagMs)),
    generator_lateness_ms: figures(lateness),
    void: percentile(lateness, 0.99) > 5,
    warnings: all.flatMap(({ warnings }) => warnings),
    complete: summaries.every((summary) => summary.complete),
    finals: summaries.reduce((n, summary) => n + summary.finals, 0),
  };
}

const round = (value) => (value === null ? null : Math.round(value * 100) / 100);

const audio = await Promise.all(clips.map(readClip));
if (audio.length === 0) throw new Error('name at least one clip');
const cluster = flags.gateway
  ? { gateway: flags.gateway, rss: () => ({}), stop: async () => {} }
  : await startCluster({ capacity: flags.capacity });
const random = randomFrom(Number(flags.seed));
const steps = [];
try {
  for (let run = 0; run < Number(flags.runs); run++) {
    for (const sessions of flags.sessions.split(',').map(Number)) {
      const step = {
        run,
        ...(await runStep(cluster.gateway, audio, { sessions, seconds: Number(flags.seconds), random })),
      };
      steps.push({ ...step, rss_mb: cluster.rss() });
      console.log(JSON.stringify(steps.at(-1)));
    }
  }
} finally {
  await cluster.stop();
}
if (flags.out) {
  const folder = path.join('bench', 'runs', flags.out);
  mkdirSync(folder, { recursive: true });
  const meta = {
    schema: 'rt.bench.sessions/v1',
    at: new Date().toISOString(),
    command: `node bench/sessions.mjs ${process.argv
      .slice(2)
      .map((a) => (clips.includes(a) ? path.basename(a) : a))
      .join(' ')}`,
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
    node: process.version,
    version: JSON.parse(readFileSync('package.json', 'utf8')).version,
    chunk_ms: Number(flags['chunk-ms']),
  };
  writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify({ ...meta, steps }, null, 1)}\n`);
}

/**
 * What the generator of `rt bench` costs and how late it is itself: so many sessions on one core of its own, against a
 * server on another that takes everything and answers each message at once.
 *
 *   node bench/generator-cost.mjs [--sessions 200] [--seconds 20] [--frame-ms 80] [--out NAME]
 *
 * The figure to look at is lateness p99: a run with more than 5 ms is void. Needs taskset (util-linux) and two cores.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listen } from '../dist/transport/ws-server.js';

const { values: flags } = parseArgs({
  options: {
    sessions: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    'frame-ms': { type: 'string', default: '80' },
    out: { type: 'string' },
    serve: { type: 'boolean', default: false },
  },
});
const SELF = fileURLToPath(import.meta.url);
const ENTRY = path.join(path.dirname(SELF), '..', 'bin', 'run.js');
const [GENERATOR_CORE, SERVER_CORE] = ['0', '1'];
const BYTES_PER_S = 32_000;

/** Answers every audio message with a partial: as many results as the densest real server has. */
async function serve() {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    subprotocol: 'rt.v1',
    onRequest: (_request, response) => void response.writeHead(404).end(),
    route: () => 'accept',
    onSocket(socket) {
      const say = (message) => socket.send(JSON.stringify(message));
      let bytes = 0;
      let count = 0;
      const session = { session_id: 'sess_0123456789ab', seq: 1 };
      say({
        ...{ type: 'session.begin', ...session, protocol: 1, model: 'null-80ms', language: 'en', epoch: 1 },
        ...{ sample_rate: 16_000, encoding: 'pcm_s16le', channels: 1, partials: true, warnings: [] },
      });
      socket.onMessage((data) => {
        const end = bytes / BYTES_PER_S;
        if (typeof data === 'string') {
          const counted = { total_duration: end, total_speech_duration: 0, transcript: '', segments: [] };
          const place = { start: 0, end, audio_end: end, confidence: 1, words: null };
          say({ type: 'transcript.final', text: 'all', seq: 2, ...place });
          say({ type: 'session.end', ...session, seq: 3, ...counted });
          socket.close(1000, '');
          return;
        }
        bytes += data.byteLength;
        const audioEnd = bytes / BYTES_PER_S;
        const place = { start: 0, end: audioEnd, audio_end: audioEnd, stable_chars: 0 };
        say({ type: 'transcript.partial', text: `word ${(count += 1)}`, ...place });
      });
    },
  });
  console.log(server.wsUrl);
}

function onCore(core, args) {
  return spawn('taskset', ['-c', core, process.execPath, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function linesOf(child) {
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  return { code, text };
}

async function measure() {
  const server = onCore(SERVER_CORE, [SELF, '--serve']);
  const [url] = await once(createInterface({ input: server.stdout }), 'line');
  const load = ['--sessions', flags.sessions, '--seconds', flags.seconds, '--frame-ms', flags['frame-ms']];
  try {
    const args = [ENTRY, 'bench', 'load', '--url', url, ...load, '--warmup-s', '2', '--json'];
    const { code, text } = await linesOf(onCore(GENERATOR_CORE, args));
    if (code !== 0) throw new Error(`rt bench load ended with ${code}`);
    return JSON.parse(text);
  } finally {
    server.kill('SIGTERM');
  }
}

if (flags.serve) {
  await serve();
} else {
  const busyBefore = Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
  const { steps, environment } = await measure();
  const [{ metrics, generator, verdict, reasons, errors, timeouts }] = steps;
  const { n, p50, p95, p99, p99_9, max } = metrics.lateness;
  const result = {
    schema: 'rt.bench.generator-cost/v1',
    at: new Date().toISOString(),
    command: `node bench/generator-cost.mjs ${process.argv.slice(2).join(' ')}`,
    ...environment,
    cores_of_machine: os.cpus().length,
    load_average_before: busyBefore,
    sessions: Number(flags.sessions),
    messages_per_s: Math.round((Number(flags.sessions) * 1000) / Number(flags['frame-ms'])),
    lateness_ms: { n, p50, p95, p99, p99_9, max },
    generator_cores: generator.cpu_share,
    generator_rss_mb: Math.round(generator.rss_bytes / 1e6),
    ...{ verdict, reasons, errors, timeouts },
  };
  console.log(JSON.stringify(result, null, 1));
  if (flags.out) {
    const folder = path.join('bench', 'runs', flags.out);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  }
}

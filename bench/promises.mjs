/**
 * What one worker keeps of its promises beside its streams: finals at half of its capacity, the admitted when it is
 * offered more than it has, and what silent sessions cost.
 *
 *   node bench/promises.mjs [--out NAME] [--model PATH] [--audio FILE …] [--seconds 30] [--rounds 3]
 *
 * The worker measures its own capacity first, as it does for an operator. Loads come from `rt bench load`.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { wavBytes } from '../dist/audio/wav-bytes.js';
import { startRedis, startServer } from './cluster.mjs';

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string' },
    model: { type: 'string' },
    audio: { type: 'string', multiple: true, default: ['fixtures/audio/demo.wav'] },
    seconds: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
    'gap-ms': { type: 'string', default: '300' },
  },
});
const RATE = 16_000;
const run = promisify(execFile);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'rt-promises-'));
const audio = flags.audio.flatMap((file) => ['--audio', file]);

/** A clip nobody speaks in: digital silence, or noise of a quiet room. */
function writeSilence(name, amplitude) {
  const samples = Int16Array.from({ length: 20 * RATE }, () =>
    Math.round((Math.random() * 2 - 1) * amplitude),
  );
  const file = path.join(scratch, name);
  writeFileSync(file, wavBytes(samples, RATE));
  return file;
}

async function load(worker, args) {
  const command = ['bin/run.js', 'bench', 'load', '--json', '--worker', worker.ready.url, ...args];
  // A step that fails is a result: the document is printed with any exit code.
  const { stdout } = await run('nice', ['-n', '-5', process.execPath, ...command], {
    maxBuffer: 1 << 28,
  }).catch((error) => error);
  return JSON.parse(stdout).steps[0];
}

/** Seconds of processor time of a process and all its threads. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Where a file lies on this machine is nobody's business. */
const withoutFolder = (text) => (text.startsWith('/') ? path.basename(text) : text);

const quantiles = ({ n, p50, p95, p99, max }) => ({ n, p50, p95, p99, max });

async function capacityOf(worker) {
  const text = await (await fetch(`${worker.ready.http}/metrics`)).text();
  return Number(/^rt_worker_capacity\S* (\d+)/m.exec(text)[1]);
}

async function finals(worker, sessions) {
  const step = await load(worker, [
    '--sessions',
    sessions,
    '--seconds',
    flags.seconds,
    '--flush-every-s',
    '4',
    '--gap-ms',
    '900',
    ...audio,
  ]);
  return {
    sessions,
    verdict: step.verdict,
    reasons: step.reasons,
    resp_lag: quantiles(step.metrics.resp_lag),
    final_lag: quantiles(step.metrics.final_lag),
    flush_lag: quantiles(step.metrics.flush_lag),
    end_lag: quantiles(step.metrics.end_lag),
    lateness_p99: step.metrics.lateness.p99,
  };
}

async function offered(worker, capacity, times) {
  const sessions = Math.round(times * capacity);
  const step = await load(worker, [
    '--sessions',
    sessions,
    '--seconds',
    flags.seconds,
    '--gap-ms',
    flags['gap-ms'],
    ...audio,
  ]);
  return {
    times,
    sessions,
    admitted: step.admitted,
    refused: step.refused,
    errors: step.errors,
    verdict: step.verdict,
    reasons: step.reasons,
    resp_lag: quantiles(step.metrics.resp_lag),
    refusal: quantiles(step.metrics.refusal),
    retry_after_ms: step.retry_after_ms,
    goodput: step.goodput,
    refusals_by_code: step.refusals_by_code,
    lateness_p99: step.metrics.lateness.p99,
  };
}

/** Processor seconds a second of the worker while one speaks, beside so many that are silent. */
async function oneSpeaking(worker, silent) {
  const args = ['--seconds', '15', '--warmup-s', '2', '--drain-s', '2'];
  const others = silent && load(worker, ['--sessions', '9', ...args, '--audio', silent]);
  const speaking = load(worker, ['--sessions', '1', ...args, ...audio]);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const before = cpuSeconds(worker.child.pid);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const after = cpuSeconds(worker.child.pid);
  await Promise.all([others, speaking]);
  return (after - before) / 10;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const redis = await startRedis();
const worker = await startServer([
  'worker',
  '--listen',
  '127.0.0.1:0',
  '--redis',
  redis.url,
  ...(flags.model ? ['--model', flags.model] : []),
]);
try {
  const capacity = await capacityOf(worker);
  const result = {
    schema: 'rt.bench/promises/1',
    at: new Date().toISOString(),
    command: ['node', 'bench/promises.mjs', ...process.argv.slice(2).map(withoutFolder)].join(' '),
    environment: {
      cpu: os.cpus()[0].model,
      cores: os.cpus().length,
      node: process.version,
      loadavg: os.loadavg(),
    },
    model: flags.model ? withoutFolder(flags.model) : 'bundled',
    capacity,
  };
  result.finals = await finals(worker, Math.floor(capacity / 2));
  result.full = await offered(worker, capacity, 1);
  result.offered = [await offered(worker, capacity, 1.5), await offered(worker, capacity, 3)];
  const arms = {
    alone: undefined,
    muted: writeSilence('muted.wav', 0),
    quiet_room: writeSilence('room.wav', 60),
  };
  const cpu = Object.fromEntries(Object.keys(arms).map((name) => [name, []]));
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [name, silent] of Object.entries(arms)) cpu[name].push(await oneSpeaking(worker, silent));
  }
  if (Number(flags.rounds) > 0) {
    const medians = Object.fromEntries(Object.entries(cpu).map(([name, values]) => [name, median(values)]));
    result.one_speaking = {
      cpu_share: cpu,
      nine_muted_ratio: medians.muted / medians.alone,
      nine_quiet_room_ratio: medians.quiet_room / medians.alone,
    };
  }
  result.capacity_after = await capacityOf(worker);
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(text);
  if (flags.out) {
    mkdirSync(path.join('bench/runs', flags.out), { recursive: true });
    writeFileSync(path.join('bench/runs', flags.out, 'result.json'), text);
  }
} finally {
  const ended = new Promise((resolve) => worker.child.once('exit', resolve));
  worker.child.kill('SIGTERM');
  await ended;
  redis.stop();
  rmSync(scratch, { recursive: true, force: true });
}

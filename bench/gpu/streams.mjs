/**
 * How many live streams one GPU holds, a model file after the other.
 *
 *   node bench/gpu/streams.mjs [--provider cuda|webgpu|cpu] [--seconds 20] [--out NAME] MODEL…
 *
 * For each: the capacity an engine computes from its own steps at start, then live streams that all speak, more and
 * more of them, until the 95th percentile of lag exceeds four fifths of a chunk. There are no sockets: the generator
 * and the engine share this process, and how late the generator itself was is told.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { capacityReport } from '../../dist/app/capacity-report.js';
import { startEngine } from '../../dist/app/engine.js';
import { parseGpuMemory } from '../../dist/app/gpu-memory.js';
import { systemClock } from '../../dist/base/clock.js';
import { exitCodeOf } from '../../dist/cli/exit-codes.js';
import { faultLines } from '../../dist/cli/fault.js';
import { rungs, runStreams } from './live-streams.mjs';
import { parseOptions, USAGE } from './options.mjs';

/** What nvidia-smi prints of `fields`; empty where there is none. */
function smi(fields) {
  try {
    const query = [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'];
    return execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

async function measureModel(file, { provider, seconds }) {
  const options = { models: [{ path: file }], vad: 'silero', provider, threads: 'auto', capacity: 'auto' };
  const engine = await startEngine(options, systemClock);
  const [model] = engine.models;
  const report = capacityReport(engine);
  const memory = parseGpuMemory(smi('index,uuid,memory.used,memory.total'), process.env.CUDA_VISIBLE_DEVICES);
  const live = [];
  for (const count of rungs(report.capacity)) {
    live.push(await runStreams(engine, { count, seconds, model }));
    if (!live.at(-1).holds) break;
  }
  await engine.close();
  return { file, model, report, memory, live };
}

const COLUMNS = ['MODEL', 'CHUNK', 'BATCH', 'STEP P50', 'COMPUTED', 'HELD', 'LAG P95', 'FILL', 'MEMORY'];

function row({ file, model, report, memory, live }) {
  const measured = report.measured[0].models[0];
  const step = measured.steps.find(({ batch }) => batch === measured.best_batch);
  const held = live.findLast(({ holds }) => holds);
  return [
    path.basename(file),
    `${model.chunkMs} ms`,
    String(measured.best_batch),
    `${step.step_ms.toFixed(2)} ms`,
    String(report.capacity),
    String(held?.count ?? 0),
    held ? `${held.lagP95Ms.toFixed(0)} ms` : '-',
    held ? held.batchFill.toFixed(1) : '-',
    memory.used || '-',
  ];
}

function printTable(rows) {
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  for (const cells of rows)
    console.log(
      cells
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}

function keep(name, results) {
  const folder = path.join(import.meta.dirname, '..', 'runs', name);
  mkdirSync(folder, { recursive: true });
  const machine = {
    gpu: smi('name,driver_version').trim(),
    cpu: os.cpus()[0]?.model,
    cores: os.availableParallelism(),
    node: process.version,
    command: process.argv.slice(1).map((arg) => path.relative(process.cwd(), arg) || arg),
  };
  writeFileSync(path.join(folder, 'streams.json'), `${JSON.stringify({ machine, results }, null, 2)}\n`);
  console.error(`kept in ${path.relative(process.cwd(), folder)}`);
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if ('wrong' in options) {
    console.error(`${options.wrong}\n${USAGE}`);
    return 2;
  }
  const results = [];
  for (const file of options.models) results.push(await measureModel(file, options));
  printTable([COLUMNS, ...results.map(row)]);
  const lateMs = Math.max(...results.flatMap(({ live }) => live.map((each) => each.lateMs)));
  console.log(`\n${options.provider}; the generator was at most ${lateMs.toFixed(0)} ms late`);
  if (options.out !== undefined) keep(options.out, results);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(faultLines(error).join('\n'));
  process.exitCode = exitCodeOf(error);
}

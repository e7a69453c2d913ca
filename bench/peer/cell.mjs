/**
 * One measurement: starts the servers of one arm, drives them with `rt bench load`, prints one JSON document.
 *
 *   node bench/peer/cell.mjs SPEC        (SPEC is a CellSpec as JSON)
 *
 * Runs inside a namespace (namespace.mjs), which ends the servers when this process ends.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArm } from './arms.mjs';
import { runIsolated } from './namespace.mjs';

/**
 * @typedef {object} CellSpec
 * @property {'peer' | 'rt-worker' | 'rt-gateway'} arm
 * @property {number} streams
 * @property {number} seconds measured time
 * @property {number} warmupS time before it that does not count
 * @property {string} model path of the .onnx file @property {string} rtModel what rt serves in its place
 * @property {number} chunkMs
 * @property {number} frameMs length of a message
 * @property {number} gapMs silence between two clips
 * @property {number} seed of phases and first clips
 * @property {readonly string[]} audio clips, folders or a manifest
 * @property {string} rtRoot checkout whose built `rt` is measured, and drives
 * @property {number | 'auto'} capacity the worker is told
 * @property {readonly string[]} workerArgs further flags of the worker
 * @property {readonly string[]} loadArgs further flags of the generator
 * @property {import('./fetch.mjs').Peer} peer
 * @property {import('./grid.mjs').PeerSettings} settings of the peer
 */

/**
 * @typedef {object} CellOutput
 * @property {object} load what `rt bench load --json` printed
 * @property {Record<string, { readyMs: number, rssMb: number, capacity?: number }>} servers by role
 */

/** Servers, connections and the end of sessions, beside the seconds that are asked for. */
const OVERHEAD_MS = 90_000;

/**
 * Measures one cell in a namespace of its own.
 *
 * @param {CellSpec} spec
 * @returns {Promise<CellOutput>}
 */
export async function measureCell(spec) {
  const limitMs = (spec.seconds + spec.warmupS) * 1000 + OVERHEAD_MS;
  const script = fileURLToPath(import.meta.url);
  return JSON.parse(await runIsolated([process.execPath, script, JSON.stringify(spec)], { limitMs }));
}

/** @param {CellSpec} spec */
async function runCell(spec) {
  const arm = await startArm(spec);
  const pids = Object.values(arm.servers).flatMap(({ pid }) => ['--pid', String(pid)]);
  const load = await generate(spec, [...arm.target, ...pids]);
  const servers = Object.entries(arm.servers).map(([role, { pid, readyMs }]) => {
    return [role, { readyMs, rssMb: rssMb(pid) }];
  });
  return { load, servers: Object.fromEntries(servers) };
}

/**
 * @param {CellSpec} spec
 * @param {readonly string[]} target
 */
function generate(spec, target) {
  const flags = [
    ['--sessions', spec.streams],
    ['--seconds', spec.seconds],
    ['--warmup-s', spec.warmupS],
    ['--frame-ms', spec.frameMs],
    ['--gap-ms', spec.gapMs],
    ['--seed', spec.seed],
    ['--slo-ms', spec.chunkMs],
    ...spec.audio.map((file) => ['--audio', file]),
  ].flat();
  const run = path.join(spec.rtRoot, 'bin', 'run.js');
  const args = [run, 'bench', 'load', ...target, ...flags.map(String), ...spec.loadArgs, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      // A generator that could not measure prints no document; one whose promise was broken does.
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`rt bench load ended with ${code}: ${stderr.slice(-2000)}${stdout.slice(-500)}`));
      }
    });
  });
}

function rssMb(pid) {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const output = await runCell(JSON.parse(process.argv[2] ?? '{}'));
    // Exits at once: the namespace takes the servers with it.
    process.stdout.write(`${JSON.stringify(output)}\n`, () => process.exit(0));
  } catch (error) {
    process.stderr.write(`${error.message}\n`, () => process.exit(1));
  }
}

/**
 * Checks on this machine that both arms can be measured at all, in under two minutes and without much load.
 *
 *   node bench/peer/check.mjs [--model PATH] [options of run.mjs]
 *
 * Each arm serves two streams for some seconds. What must hold: results come, none fails, none is counted against
 * audio that was not due yet (which would mean that chunk or look-ahead are wrong), and from inside the namespace
 * nothing but loopback can be reached.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCell } from './cell.mjs';
import { fetchPeer } from './fetch.mjs';
import { FIRST_SETTINGS } from './grid.mjs';
import { figuresOf } from './measured.mjs';
import { namespaceFault, runIsolated } from './namespace.mjs';
import { readOptions } from './options.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLED = path.join(ROOT, 'models', 'rt-tiny-en', 'model.160ms.int8.onnx');

/** Lateness of the generator does not matter here: this is no measurement. */
const LOAD_ARGS = ['--void-lateness-ms', '1000'];

async function checkArm(arm, spec) {
  const figures = figuresOf((await measureCell({ ...spec, arm })).load);
  const { n, errors, refused, voidReason, p50Ms } = figures;
  const isGood = n > 0 && errors + refused === 0 && voidReason === undefined;
  console.log(
    `${isGood ? 'ok  ' : 'FAIL'} ${arm}: ${n} results, p50 ${p50Ms} ms${voidReason ? `, ${voidReason}` : ''}`,
  );
  return isGood;
}

async function checkIsolation() {
  const interfaces = await runIsolated(['cat', '/proc/net/dev'], { limitMs: 10_000 });
  const names = interfaces.split('\n').flatMap((line) => /^\s*(\w+):/.exec(line)?.[1] ?? []);
  const isGood = names.join() === 'lo';
  console.log(`${isGood ? 'ok  ' : 'FAIL'} namespace: interfaces ${names.join(', ')}`);
  return isGood;
}

async function main(argv) {
  const fault = namespaceFault();
  if (fault !== undefined) throw new Error(fault);
  const asked = argv.includes('--model') ? argv : ['--model', BUNDLED, ...argv];
  const { model, chunkMs, audio, frameMs, gapMs, seed, rtRoot } = readOptions(asked);
  const spec = {
    ...{ model, chunkMs, audio, frameMs, gapMs, seed, rtRoot },
    ...{ streams: 2, seconds: 8, warmupS: 2, capacity: 4, workerArgs: [], loadArgs: LOAD_ARGS },
    ...{ peer: fetchPeer(), settings: FIRST_SETTINGS },
  };
  const results = [await checkIsolation()];
  for (const arm of ['peer', 'rt-worker', 'rt-gateway']) results.push(await checkArm(arm, spec));
  return results.every(Boolean);
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

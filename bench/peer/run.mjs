/**
 * Compares `rt` with sherpa-onnx's own online websocket server on one model, one machine, in one run.
 *
 *   node bench/peer/run.mjs --model models/rt-tiny-en/model.160ms.int8.onnx [--quick] …     (README.md)
 *
 * Tunes the peer first, finds what each arm sustains, measures both in alternating pairs and compares what they
 * write. Every finished cell is kept at once: started again, it goes on where it was ended.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCapacities } from './capacity.mjs';
import { CACHE, fetchPeer } from './fetch.mjs';
import { buildHash, sha256Of } from './fingerprint.mjs';
import { createMeasure } from './measure.mjs';
import { namespaceFault } from './namespace.mjs';
import { PHASES, readOptions, USAGE } from './options.mjs';
import { measureAuto, measurePairs } from './pairs.mjs';
import { runDocument, runReadme } from './run-files.mjs';
import { openState } from './state.mjs';
import { compareTranscripts } from './transcripts.mjs';
import { tunePeer } from './tune.mjs';

const RUNS = fileURLToPath(new URL('../runs/', import.meta.url));
const SHORT_SECONDS = 8;

function log(line) {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

/** @param {import('./options.mjs').Options} options */
async function main(options) {
  const startMs = performance.now();
  const fault = namespaceFault();
  if (fault !== undefined) throw new Error(fault);
  const run = openRun(options, fetchPeer());
  const { measure, state, isWanted } = run;
  const { settings, ...tuned } = await tunePeer(measure, {
    start: options.start,
    given: options.settings,
    log,
  });
  const result = { tuned: { settings, ...tuned } };
  if (isWanted('capacity')) {
    result.capacity = await findCapacities(measure, { tuned: result.tuned, seconds: run.seconds, log });
  }
  if (isWanted('pairs')) {
    const { capacity } = result;
    const leftMs = options.budgetMs - (performance.now() - startMs);
    const pairs = await measurePairs(measure, {
      ...run,
      capacity,
      settings,
      leftMs,
      isQuick: options.isQuick,
      log,
    });
    const streams = Math.ceil(Math.max(capacity['rt-worker'], 1) * 1.2);
    result.pairs = pairs;
    result.auto = await measureAuto(measure, { streams, settings, seconds: run.seconds });
  }
  if (isWanted('transcripts')) {
    result.transcripts = await compareTranscripts(state, {
      ...run.base,
      settings,
      audio: options.transcripts,
    });
  }
  return runDocument(result, { options, peer: run.base.peer, state, fingerprint: run.fingerprint });
}

/** @param {import('./options.mjs').Options} options */
function openRun(options, peer) {
  const { isQuick, model, rtModel, chunkMs, precision, name, frameMs, gapMs, seed, audio, rtRoot } = options;
  const base = {
    ...{ model, rtModel, chunkMs, frameMs, gapMs, seed, audio, rtRoot, peer },
    ...{ workerArgs: options.workerArgs, loadArgs: options.loadArgs, warmupS: isQuick ? 3 : 5 },
  };
  const fingerprint = {
    ...base,
    rtRoot: buildHash(rtRoot),
    model: sha256Of(model),
    rtModel: sha256Of(rtModel),
    peer: peer.sha256,
  };
  const file = path.join(CACHE, `state-${name}-${chunkMs}-${precision}${isQuick ? '-quick' : ''}.json`);
  if (options.isFresh) rmSync(file, { force: true });
  const state = openState(file, {
    fingerprint: JSON.stringify(fingerprint),
    tuning: JSON.stringify(tuningOf(fingerprint)),
    nowIso: new Date().toISOString(),
  });
  if (state.isResumed) log(`going on with ${Object.keys(state.cells).length} cells of ${file}`);
  return {
    base,
    state,
    fingerprint,
    seconds: isQuick ? 15 : 60,
    measure: createMeasure({ state, base, shortSeconds: SHORT_SECONDS, log }),
    isWanted: (phase) => PHASES.indexOf(phase) <= PHASES.indexOf(options.until),
  };
}

const OF_RT_ALONE = new Set(['rtRoot', 'rtModel', 'workerArgs']);

/** What the peer's own figures depend on. */
function tuningOf(fingerprint) {
  return Object.fromEntries(Object.entries(fingerprint).filter(([name]) => !OF_RT_ALONE.has(name)));
}

/** Both files of a finished run. */
function keep(document, { out, name, chunkMs, precision }) {
  const folder = path.join(RUNS, out ?? `${document.at.slice(0, 10)}-peer-${name}-${chunkMs}-${precision}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'run.json'), `${JSON.stringify(document, null, 1)}\n`);
  writeFileSync(path.join(folder, 'README.md'), runReadme(document));
  log(`kept in ${folder}`);
}

try {
  if (process.argv.includes('--help')) console.log(USAGE);
  else {
    const options = readOptions(process.argv.slice(2));
    const document = await main(options);
    console.log(runReadme(document));
    if (options.until !== 'tune') keep(document, options);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

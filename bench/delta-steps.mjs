/**
 * What a step costs before and after `rt models import`: plain and delta graph in turns, in one run, with everything
 * the host does for them (windows laid out, caches gathered or rolled, outputs copied).
 *
 *   node bench/delta-steps.mjs [--out NAME] [--threads 1,2] [--batches 1,2,4,8,16,32] [MODEL.onnx …]
 *
 * Without models: the bundled one, whose delta files come with it, and every model of bench/.cache/models
 * (bench/models/make-fastconformer.py), rewritten into a temporary folder as the import does.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openCtcEncoder } from '../dist/engine/asr/streaming/open-encoder.js';
import { readEncoderCard } from '../dist/engine/asr/streaming/streaming-card.js';
import { readOnnxMetadata } from '../dist/engine/models/onnx-metadata.js';
import { loadGraph } from '../dist/engine/onnx.js';
import { machinePrefersSigned } from '../dist/models/import/cpu-flags.js';
import { proofRecordings } from '../dist/models/import/proof-audio.js';
import { rewriteEncoder } from '../dist/models/import/rewrite-encoder.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    batches: { type: 'string', default: '1,2,4,8,16,32' },
  },
});
const LONGEST_CELL_MS = 2500;
const FEWEST_ROUNDS = 5;
const MOST_ROUNDS = 21;
const BUNDLED = 'models/rt-tiny-en';
const GENERATED = 'bench/.cache/models';

const numbers = (text) => text.split(',').map(Number);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'rt-delta-steps-'));

function plainFiles() {
  if (positionals.length > 0) return positionals;
  const bundled = readdirSync(BUNDLED).filter((name) => /^model\.\d+ms(\.int8)?\.onnx$/.test(name));
  const folders = existsSync(GENERATED) ? readdirSync(GENERATED) : [];
  const generated = folders.flatMap((folder) =>
    readdirSync(path.join(GENERATED, folder))
      .filter((name) => /^model\.\d+ms(\.int8)?\.onnx$/.test(name))
      .map((name) => path.join(GENERATED, folder, name)),
  );
  return [...bundled.map((name) => path.join(BUNDLED, name)), ...generated.sort()];
}

async function deltaOf(plain) {
  const made = plain.replace(/\.onnx$/, '.delta.onnx');
  if (existsSync(made)) return made;
  const graph = await loadGraph(plain, { provider: 'cpu', intraOpThreads: 1 });
  const outcome = await rewriteEncoder({
    path: plain,
    card: readEncoderCard(graph, await readOnnxMetadata(plain)),
    folder: scratch,
    graphName: 'delta.onnx',
    weightsName: 'delta.onnx.weights',
    signed: machinePrefersSigned(),
    quantiseRest: true,
  });
  await graph.release();
  if (outcome.kind !== 'written') throw new Error(`${plain}: ${outcome.reason}`);
  return path.join(scratch, 'delta.onnx');
}

async function open(file, intraOpThreads) {
  const graph = await loadGraph(file, { provider: 'cpu', intraOpThreads });
  return { graph, ...openCtcEncoder(graph, await readOnnxMetadata(file)) };
}

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))];

async function cell(arms, batch, windows) {
  const sides = arms.map(({ encoder }) => ({
    encoder,
    items: Array.from({ length: batch }, (_, i) => ({
      state: encoder.createState('auto'),
      features: windows[i % windows.length],
    })),
    times: [],
  }));
  const startMs = performance.now();
  for (let round = -1; round < MOST_ROUNDS; round++) {
    if (round >= FEWEST_ROUNDS && performance.now() - startMs > LONGEST_CELL_MS) break;
    for (const { encoder, items, times } of sides) {
      const beforeMs = performance.now();
      const step = await encoder.encode(items);
      step.adopt();
      if (round >= 0) times.push(performance.now() - beforeMs);
    }
  }
  const [plain, delta] = sides.map(({ times }) => ({
    p50_ms: Number(quantile(times, 0.5).toFixed(3)),
    p10_ms: Number(quantile(times, 0.1).toFixed(3)),
    rounds: times.length,
  }));
  return { batch, plain, delta, ratio_p50: Number((plain.p50_ms / delta.p50_ms).toFixed(2)) };
}

const rows = [];
try {
  for (const plain of plainFiles()) {
    const delta = await deltaOf(plain);
    for (const threads of numbers(flags.threads)) {
      const arms = [await open(plain, threads), await open(delta, threads)];
      const [speech] = await proofRecordings(arms[0].encoder.shape);
      for (const batch of numbers(flags.batches)) {
        const row = { model: plain, threads, ...(await cell(arms, batch, speech)) };
        rows.push(row);
        console.error(
          `${plain} ${threads} threads, ${batch} streams: ${row.plain.p50_ms} → ${row.delta.p50_ms} ms, ${row.ratio_p50} times`,
        );
      }
      for (const { graph } of arms) await graph.release();
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const result = {
  schema: 'rt.bench.delta-steps/v1',
  command: ['node', 'bench/delta-steps.mjs', ...process.argv.slice(2)].join(' '),
  at: new Date().toISOString(),
  cpu: os.cpus()[0]?.model,
  cores: os.cpus().length,
  load_average: os.loadavg(),
  node: process.version,
  rows,
};
console.log(JSON.stringify(result, null, 1));
if (flags.out) {
  const folder = path.join('bench', 'runs', flags.out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
}

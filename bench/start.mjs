/**
 * How long commands take from the start of their process: `--help` of every command, and `rt demo` until its
 * first audio leaves and until the first text is there.
 *
 *   node bench/start.mjs [--runs 5] [--out NAME]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, out: { type: 'string' } },
});
const RUN = new URL('../bin/run.js', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(new URL('../oclif.manifest.json', import.meta.url), 'utf8'));

function timed(args) {
  const startMs = performance.now();
  const result = spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8' });
  if (result.status !== 0)
    throw new Error(`rt ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return { ms: performance.now() - startMs, ...result };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const runs = Number(flags.runs);
const help = {};
for (const topic of ['', ...Object.keys(manifest.commands)]) {
  const args = [...topic.split(':').filter(Boolean), '--help'];
  const times = Array.from({ length: runs }, () => Math.round(timed(args).ms));
  help[`rt ${args.join(' ')}`] = { median_ms: median(times), max_ms: Math.max(...times) };
}
const demos = Array.from({ length: Math.min(runs, 3) }, () => {
  const { stdout, stderr } = timed(['demo', '--json']);
  return {
    streaming_after_s: Number(/Streaming ([\d.]+) s/.exec(stderr)?.[1]),
    ...JSON.parse(stdout).summary,
  };
});
const result = {
  schema: 'rt.bench.start/v1',
  at: new Date().toISOString(),
  cpu: os.cpus()[0]?.model,
  cores: os.cpus().length,
  node: process.version,
  help,
  demos,
};
console.log(JSON.stringify(result, null, 1));
if (flags.out) {
  const folder = path.join('bench', 'runs', flags.out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
}

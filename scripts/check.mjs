/**
 * `npm run check`: everything a change must pass before it is shown to anybody, quickest first.
 *
 * Steps of one stage run at the same time, on cores of their own; a stage begins when the last one has passed.
 * What a step writes is shown when it ends, so that two never mix.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);

// TypeScript 7. What Node finds as `typescript` is 6, for the tools that need its programming interface.
const tsc = join(root, 'node_modules', '@typescript', 'compiler', 'bin', 'tsc');

const STAGES = [
  [
    ['format', bin('biome'), 'format', '--error-on-warnings', '.'],
    ['types', tsc, '-p', 'tsconfig.json', '--noEmit'],
  ],
  [
    ['types of tests', tsc, '-p', 'tsconfig.check.json'],
    ['unused code', bin('knip'), '--no-progress'],
  ],
  [
    ['lint', bin('eslint'), '--max-warnings=0', '.'],
    ['unit tests', bin('vitest'), 'run', '--project', 'unit', '--reporter=dot'],
  ],
];

/** Runs a step and shows what it wrote; false when it ended with anything but 0. */
async function passes([name, command, ...args]) {
  const startMs = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  process.stdout.write(Buffer.concat(output));
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  return status === 0;
}

async function allPass() {
  for (const stage of STAGES) {
    const results = await Promise.all(stage.map(passes));
    if (results.includes(false)) return false;
  }
  return true;
}

try {
  await bootstrap('build');
  process.exitCode = (await allPass()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

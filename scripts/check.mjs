/** `npm run check`: everything a change must pass before it is shown to anybody, quickest first. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', '.bin', name);

// TypeScript 7. What Node finds as `typescript` is 6, for the tools that need its programming interface.
const tsc = join(root, 'node_modules', '@typescript', 'compiler', 'bin', 'tsc');

const STEPS = [
  ['format', bin('biome'), 'format', '--error-on-warnings', '.'],
  ['types', tsc, '-p', 'tsconfig.json', '--noEmit'],
  ['types of tests', tsc, '-p', 'tsconfig.check.json'],
  ['architecture', process.execPath, 'scripts/architecture.mjs'],
  ['unused code', bin('knip'), '--no-progress'],
  ['lint', bin('eslint'), '--max-warnings=0', '.'],
  ['unit tests', bin('vitest'), 'run', '--project', 'unit', '--reporter=dot'],
];

function passes([name, command, ...args]) {
  const startMs = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  return status === 0;
}

try {
  await bootstrap('build');
  process.exitCode = STEPS.every(passes) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/**
 * `npm test`: makes the machine ready, runs every test project, and ends with one line of counts on stdout.
 *
 * A file that failed to load and an error outside any test count as failures. With CI=true a skipped test
 * is a failure too: on that machine everything is expected to be there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'rt-test-'));
  const report = join(folder, 'report.json');
  const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [...vitest, ...reporters], { cwd: root, stdio: 'inherit' });
  const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  return { succeeded: status === 0, results };
}

function count({ succeeded, results }) {
  if (results === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = results.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = results.numFailedTests + unloaded.length;
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && !succeeded ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

async function main() {
  try {
    await bootstrap('test');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return count(runTests(process.argv.slice(2)));
}

const { passed, failed, skipped } = await main();
const refusesSkips = process.env.CI === 'true';
if (skipped > 0 && refusesSkips) process.stderr.write('skipped tests are failures when CI=true\n');
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 || (skipped > 0 && refusesSkips) ? 1 : 0;

/**
 * Checks the imports of src/ against .dependency-cruiser.cjs.
 *
 * dependency-cruiser finds no module at all, and is content, where the TypeScript it loads is not one it
 * knows; so a count below the smallest this tree can have is a failure of its own.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const FEWEST_MODULES = 10;

/**
 * Lines that say what is wrong in `folder`/src; empty when nothing is.
 * @returns {string[]}
 */
export function importViolations(folder = root) {
  const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const args = ['src', '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, [cruiser, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (stdout === '') throw new Error(`dependency-cruiser said nothing: ${stderr}`);
  const { violations, totalCruised } = JSON.parse(stdout).summary;
  const lines = violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  return totalCruised < FEWEST_MODULES
    ? [...lines, `too-few: only ${totalCruised} modules were seen`]
    : lines;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lines = importViolations();
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.exitCode = lines.length > 0 ? 1 : 0;
}

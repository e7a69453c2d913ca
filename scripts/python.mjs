/**
 * The Python that runs the clients of other people in our tests: one that has `websockets` and `numpy`.
 *
 * Looking is expensive (each candidate is started once), so the choice is remembered in .cache/python and
 * only made again when that interpreter is gone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(fileURLToPath(new URL('..', import.meta.url)), '.cache');
const choiceFile = join(cache, 'python');
const venv = join(cache, 'venv');
const MODULES = ['websockets', 'numpy'];

/** `sys.executable` where the modules import: behind a pyenv shim the real interpreter, whatever the folder. */
function probe(python) {
  const script = `import sys, ${MODULES.join(', ')}; print(sys.executable)`;
  const result = spawnSync(python, ['-c', script], { encoding: 'utf8', timeout: 20_000 });
  const executable = result.status === 0 ? result.stdout.trim() : '';
  return executable === '' ? undefined : executable;
}

function candidates() {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const folders = [join(venv, 'bin'), ...onPath, '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  return [...new Set(folders.map((folder) => join(folder, 'python3')))].filter((path) => existsSync(path));
}

/** The interpreter chosen earlier, without starting anything; undefined before a choice was made. */
export function chosenPython() {
  if (process.env.RT_TEST_PYTHON) return process.env.RT_TEST_PYTHON;
  if (!existsSync(choiceFile)) return undefined;
  const chosen = readFileSync(choiceFile, 'utf8');
  return existsSync(chosen) ? chosen : undefined;
}

/** Absolute path of an interpreter with the modules, or undefined. */
export function choosePython() {
  const chosen = chosenPython();
  if (chosen !== undefined) return chosen;
  for (const candidate of candidates()) {
    const python = probe(candidate);
    if (python === undefined) continue;
    mkdirSync(cache, { recursive: true });
    writeFileSync(choiceFile, python);
    return python;
  }
  return undefined;
}

/** Makes .cache/venv with the modules from the machine's package index; whether that worked, choosePython tells. */
export function createPythonEnvironment() {
  const run = (command, args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 2] }).status === 0;
  for (const python of candidates()) {
    if (!run(python, ['-m', 'venv', '--clear', venv])) continue;
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...MODULES];
    if (run(join(venv, 'bin', 'python3'), pip)) return;
  }
}

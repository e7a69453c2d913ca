/**
 * Compiles src/ into dist/: TypeScript, the Lua scripts beside their loaders, and the command manifest.
 *
 * Always true: dist/ is written in place and files without a source are removed, so that processes started
 * from it keep running; a stamp holds the hash of every input, and equal hashes mean nothing is done; two
 * builds of one checkout never overlap.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');
const stampFile = join(dist, '.rt-stamp');
const lockFile = join(root, '.cache', 'build.lock');

/** Files below `folder`, as sorted paths relative to it. */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function hashInputs() {
  const hash = createHash('sha256').update(process.version);
  const own = ['tsconfig.json', 'package.json', 'scripts/build.mjs', 'scripts/manifest.mjs'];
  for (const file of [...own, ...filesIn(src).map((name) => join('src', name))]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** Whether dist/ was built from exactly the sources that are there now, without type errors unless allowed. */
export function isBuilt({ allowTypeErrors = false } = {}) {
  if (!existsSync(stampFile)) return false;
  const [hash, note] = readFileSync(stampFile, 'utf8').split(' ');
  return hash === hashInputs() && (note === undefined || allowTypeErrors);
}

function run(args, output = 2) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', output, output] }).status === 0;
}

function removeOrphans() {
  const sources = new Set(filesIn(src).map((name) => name.replace(/\.tsx?$/, '')));
  for (const name of filesIn(dist)) {
    const stem = name.replace(/\.(?:d\.ts|js|js\.map)$/, '');
    if (!sources.has(stem) && name !== '.rt-stamp') rmSync(join(dist, name));
  }
}

function copyLua() {
  for (const name of filesIn(src).filter((file) => file.endsWith('.lua'))) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    copyFileSync(join(src, name), join(dist, name));
  }
}

function lockHolderIsAlive() {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

function lock() {
  mkdirSync(dirname(lockFile), { recursive: true });
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    // A lock younger than a second may not have its number in it yet.
    const abandoned =
      !lockHolderIsAlive() &&
      Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > 1000;
    if (abandoned) rmSync(lockFile, { force: true });
    if (Date.now() > deadline) throw new Error(`another build has held ${lockFile} for two minutes`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

function compile(allowTypeErrors) {
  const hash = hashInputs();
  const output = allowTypeErrors ? 'ignore' : 2;
  // Emits in spite of type errors; whether they stop the build is the caller's choice.
  const typed = run(
    [join(root, 'node_modules', '@typescript', 'compiler', 'bin', 'tsc'), '-p', root],
    output,
  );
  if (!typed && !allowTypeErrors) throw new Error('type errors: see above');
  removeOrphans();
  copyLua();
  const listed = run([join(root, 'scripts', 'manifest.mjs')], output);
  if (!listed && !allowTypeErrors) throw new Error('the command manifest could not be written: see above');
  const complete = typed && listed;
  if (!complete) process.stderr.write('dist/ is built in spite of errors: npm run build shows them\n');
  writeFileSync(stampFile, complete ? hash : `${hash} incomplete`);
}

/**
 * Builds when the sources differ from what was built last; returns whether it did.
 * `allowTypeErrors` still produces JavaScript where it can: tests run while types are being worked on.
 */
export function build(options = {}) {
  if (isBuilt(options)) return false;
  lock();
  try {
    if (isBuilt(options)) return false;
    rmSync(stampFile, { force: true });
    compile(options.allowTypeErrors === true);
    return true;
  } finally {
    rmSync(lockFile, { force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    build();
  } catch (error) {
    process.stderr.write(`build: ${error.message}\n`);
    process.exitCode = 1;
  }
}

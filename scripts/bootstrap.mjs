/**
 * From a fresh clone to a machine that can run the demo or the tests: packages, build, system programs.
 *
 * Uses Node's own modules only, because nothing else is there yet. Every step first looks whether it has
 * anything to do and says one line on stderr when it has; with nothing to do the whole is a few file reads.
 *
 *   node scripts/bootstrap.mjs demo|test|build
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

/** What each goal runs besides Node. */
const PARTS = {
  build: [],
  demo: ['redis-server'],
  test: [
    'redis-server',
    'ffmpeg',
    'espeak-ng',
    'tmux',
    'openssl',
    'promtool',
    'pulseaudio',
    'parec',
    'python3',
  ],
};

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @throws Error naming the version found, where Node is older than the packages support. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(
    `Node ${version} is too old: rt needs ${OLDEST_NODE.join('.')} or later.\nInstall it from https://nodejs.org, then run this again.`,
  );
}

/** Whether what npm last installed is what the lockfile asks for; packages of other platforms may be absent. */
function installedMatchesLock(lockText) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(JSON.parse(lockText).packages).every(
    ([path, wanted]) =>
      path === '' || installed[path]?.version === wanted.version || (wanted.optional && !installed[path]),
  );
}

/** Installs the locked packages unless they are there. */
export function installPackages() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const stampFile = join(root, 'node_modules', '.rt-stamp');
  const stamp = createHash('sha256').update(lock).update(process.platform).update(process.arch).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  if (!installedMatchesLock(lock)) {
    say('installing packages (npm ci)');
    const npm = spawnSync(
      'npm',
      ['ci', '--include=dev', '--loglevel=error', '--no-progress', '--no-update-notifier'],
      {
        cwd: root,
        // The CPU libraries are in the package; its install script would download the CUDA ones.
        env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
        stdio: ['ignore', 2, 2],
      },
    );
    if (npm.status !== 0) throw new Error('npm ci failed: see above');
  }
  writeFileSync(stampFile, stamp);
}

async function buildSources() {
  const { build, isBuilt } = await import('./build.mjs');
  if (isBuilt()) return;
  say('building');
  build();
}

async function providePrograms(goal) {
  const { provide } = await import('./system-parts.mjs');
  const missing = provide(PARTS[goal], say);
  if (missing.length === 0) return;
  if (goal === 'test' && process.env.CI === 'true') {
    throw new Error(`missing: ${missing.join(', ')}\nInstall them, or run as a user who may.`);
  }
  if (goal === 'demo') say(`${missing.join(', ')} is not to be had here: the demo goes on without it`);
  else say(`missing: ${missing.join(', ')} (the tests that need them will not pass)`);
}

/** Makes the checkout ready for `goal`: 'demo', 'test' or 'build'. */
export async function bootstrap(goal) {
  requireNode();
  installPackages();
  await buildSources();
  await providePrograms(goal);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const goal = process.argv[2];
  try {
    if (!(goal in PARTS)) throw new Error('usage: node scripts/bootstrap.mjs demo|test|build');
    await bootstrap(goal);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}

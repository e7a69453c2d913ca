/**
 * The programs rt runs besides Node: where they are, and installing them with apt or Homebrew.
 *
 * Refuses to ask for a password: without root or a password-less sudo a missing program stays missing and
 * is named. Services are never started; rt runs its own private Redis.
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choosePython, createPythonEnvironment } from './python.mjs';

const USUAL_FOLDERS = [
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/usr/sbin',
  '/opt/homebrew/bin',
  '/usr/local/sbin',
];

/** Program → the packages that bring it. */
const PACKAGES = {
  'redis-server': { apt: ['redis-server'], brew: ['redis'] },
  ffmpeg: { apt: ['ffmpeg'], brew: ['ffmpeg'] },
  'espeak-ng': { apt: ['espeak-ng'], brew: ['espeak-ng'] },
  openssl: { apt: ['openssl'], brew: ['openssl'] },
  promtool: { apt: ['prometheus'], brew: ['prometheus'] },
  tmux: { apt: ['tmux'], brew: ['tmux'] },
  pulseaudio: { apt: ['pulseaudio'], brew: ['pulseaudio'] },
  parec: { apt: ['pulseaudio-utils'], brew: ['pulseaudio'] },
  python3: { apt: ['python3', 'python3-websockets', 'python3-numpy'], brew: ['python@3'] },
};

/** After a failed attempt the next comes an hour later: without a network apt takes a minute to give up. */
const RETRY_AFTER_MS = 3_600_000;
const failureStamp = join(fileURLToPath(new URL('..', import.meta.url)), '.cache', 'install-failed');

/** Absolute path of a program on PATH or in a usual place, or undefined. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...USUAL_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isPresent(part) {
  return (part === 'python3' ? choosePython() : findProgram(part)) !== undefined;
}

function run(command, args, extraEnv = {}) {
  const env = { ...process.env, ...extraEnv };
  return spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 2] }).status === 0;
}

/** The words that make a command run as root, or undefined where that would need a password. */
function asRoot() {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram('sudo');
  const allowed = sudo !== undefined && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return allowed ? [sudo, '-n'] : undefined;
}

function aptInstaller() {
  const prefix = asRoot();
  if (prefix === undefined) return undefined;
  // RUNLEVEL=1 keeps Debian's maintainer scripts from starting the services they install.
  const settings = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  const apt = (...args) => {
    const words = [
      ...prefix,
      'env',
      ...settings,
      'apt-get',
      '-q',
      '-o',
      'Acquire::http::Timeout=20',
      ...args,
    ];
    return run(words[0], words.slice(1));
  };
  const install = (packages) => apt('install', '-y', '--no-install-recommends', ...packages);
  const lists = '/var/lib/apt/lists';
  let updated = false;
  const update = () => {
    if (!updated) apt('update');
    updated = true;
  };
  return (packages) => {
    const hasLists = existsSync(lists) && readdirSync(lists).some((name) => name.includes('_Packages'));
    if (!hasLists) update();
    if (install(packages)) return true;
    update();
    return install(packages);
  };
}

function installer() {
  if (findProgram('apt-get')) return { kind: 'apt', install: aptInstaller() };
  const brew = findProgram('brew');
  if (brew)
    return {
      kind: 'brew',
      install: (packages) => run(brew, ['install', '-q', ...packages], { HOMEBREW_NO_AUTO_UPDATE: '1' }),
    };
  return { kind: 'apt', install: undefined };
}

/** Whether all of these could not be had a short while ago. */
function failedRecently(parts) {
  const failedAt = statSync(failureStamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (process.env.CI === 'true' || Date.now() - failedAt > RETRY_AFTER_MS) return false;
  const failed = readFileSync(failureStamp, 'utf8').split('\n');
  return parts.every((part) => failed.includes(part));
}

function installAll(parts, { kind, install }, say) {
  say(`installing ${parts.join(', ')} (${kind})`);
  const packages = parts.flatMap((part) => PACKAGES[part][kind]);
  // One package the machine's sources lack must not keep the others away.
  if (!install(packages) && parts.length > 1) for (const part of parts) install(PACKAGES[part][kind]);
}

function attempt(absent, found, say) {
  if (found.install) installAll(absent, found, say);
  if (absent.includes('python3') && !isPresent('python3')) {
    say('making a Python environment in .cache/venv');
    createPythonEnvironment();
  }
  const missing = absent.filter((part) => !isPresent(part));
  rmSync(failureStamp, { force: true });
  if (missing.length > 0) {
    mkdirSync(dirname(failureStamp), { recursive: true });
    writeFileSync(failureStamp, missing.join('\n'));
  }
  return missing;
}

/**
 * Makes the named programs available where it can, and returns the packages of those still missing.
 * `say` receives one line for each thing done.
 */
export function provide(parts, say) {
  const absent = parts.filter((part) => !isPresent(part));
  if (absent.length === 0) return [];
  const found = installer();
  const missing = failedRecently(absent) ? absent : attempt(absent, found, say);
  return missing.flatMap((part) => PACKAGES[part][found.kind]);
}

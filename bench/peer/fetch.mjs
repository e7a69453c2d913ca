/**
 * Obtains the peer: sherpa-onnx's own online websocket server, from PyPI into bench/.cache/peer.
 *
 *   node bench/peer/fetch.mjs
 *
 * Version and sha256 of every wheel stand in requirements.txt; pip refuses anything else. What is here was
 * installed completely: the folder is made beside and renamed at the end, and its name is the hash of the list.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REQUIREMENTS = path.join(HERE, 'requirements.txt');

/** Where measurements keep what is not part of the repository. */
export const CACHE = path.join(HERE, '..', '.cache', 'peer');

/**
 * @typedef {object} Peer
 * @property {string} server path of the server binary
 * @property {string} libraries folder of its shared libraries
 * @property {string} version as pinned
 * @property {string} sha256 of the server binary
 */

/** The one line somebody needs who cannot have the peer. */
const HINTS = [
  [/ENOENT/, 'Install Python 3 with pip: the peer comes from PyPI.'],
  [/No module named pip|ensurepip/, 'Install pip for this Python (Debian: apt-get install python3-pip).'],
  [/DO NOT MATCH THE HASHES/, 'The wheel is not the one that was measured; nothing of it was installed.'],
  [/No matching distribution|not a supported wheel/, 'The peer is published for Linux x86_64 only.'],
  [
    /Temporary failure in name resolution|ConnectionError|NewConnectionError|timed out/i,
    'No way to PyPI: set PIP_INDEX_URL to a mirror, or run this once where there is a network.',
  ],
];

/**
 * What to do about a failed installation.
 *
 * @param {string} output of pip, or the message of the failure to start it
 */
export function hintFor(output) {
  return HINTS.find(([pattern]) => pattern.test(output))?.[1] ?? output.trim().split('\n').at(-1) ?? '';
}

/**
 * The peer, installed first where it is not yet.
 *
 * @param {{ python?: string }} [options]
 * @returns {Peer}
 */
export function fetchPeer({ python = 'python3' } = {}) {
  const list = readFileSync(REQUIREMENTS, 'utf8');
  const site = path.join(CACHE, `site-${createHash('sha256').update(list).digest('hex').slice(0, 12)}`);
  if (!existsSync(site)) install(python, site);
  const server = path.join(site, 'bin', 'sherpa-onnx-online-websocket-server');
  return {
    server,
    libraries: path.join(site, 'sherpa_onnx', 'lib'),
    version: /sherpa-onnx-bin==(\S+)/.exec(list)?.[1] ?? 'unknown',
    sha256: createHash('sha256').update(readFileSync(server)).digest('hex'),
  };
}

function install(python, site) {
  const partial = `${site}.${process.pid}.part`;
  mkdirSync(CACHE, { recursive: true });
  const flags = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check'];
  const args = ['-m', 'pip', 'install', ...flags, '--target', partial, '-r', REQUIREMENTS];
  const result = spawnSync(python, args, { encoding: 'utf8', timeout: 600_000 });
  if (result.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    const output = result.error?.message ?? `${result.stdout}${result.stderr}`;
    throw new Error(`The peer could not be installed.\n${hintFor(output)}\n${output.trim()}`);
  }
  renameSync(partial, site);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(JSON.stringify(fetchPeer(), null, 1));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

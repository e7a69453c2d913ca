/**
 * Starts the servers of one measurement and says which processes they are.
 *
 * Every start waits for the server's own word that it serves. Whoever fails to say it within the limit, or ends
 * before, fails the measurement with the last it printed. Servers of both arms run at a lower priority than the
 * generator: it shares the cores with them and has to be on time for the figures to be theirs.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const START_MS = 60_000;
const NICENESS = '10';

/** @typedef {{ pid: number, readyMs: number, line: string }} Started */

/**
 * Starts a process and resolves when a line of its output matches.
 *
 * @param {readonly string[]} command
 * @param {{ ready: RegExp, env?: Record<string, string> }} options
 * @returns {Promise<Started>}
 */
export function startServer([file, ...args], { ready, env = {} }) {
  const startMs = performance.now();
  const child = spawn('nice', ['-n', NICENESS, file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why) =>
      reject(new Error(`${path.basename(file)} ${args[0] ?? ''} ${why}\n${output.slice(-2000)}`));
    const timer = setTimeout(() => fail(`was not ready within ${START_MS / 1000} s`), START_MS);
    const onText = (text) => {
      output = `${output}${text}`.slice(-20_000);
      const line = output.split('\n').find((each) => ready.test(each));
      if (line === undefined) return;
      clearTimeout(timer);
      resolve({ pid: child.pid ?? 0, readyMs: Math.round(performance.now() - startMs), line });
    };
    child.stdout.setEncoding('utf8').on('data', onText);
    child.stderr.setEncoding('utf8').on('data', onText);
    child.once('error', reject);
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
  });
}

/**
 * The peer with one model.
 *
 * @param {import('./fetch.mjs').Peer} peer
 * @param {{ model: string, settings: import('./grid.mjs').PeerSettings, port: number }} options
 */
export function startPeer(peer, { model, settings, port }) {
  const flags = [
    `--port=${port}`,
    `--nemo-ctc-model=${model}`,
    `--tokens=${path.join(path.dirname(model), 'tokens.txt')}`,
    '--model-type=nemo_ctc',
    `--num-work-threads=${settings.workThreads}`,
    `--max-batch-size=${settings.maxBatch}`,
    `--num-threads=${settings.numThreads}`,
    `--loop-interval-ms=${settings.loopIntervalMs}`,
    `--log-file=${path.join(mkdtempSync(path.join(os.tmpdir(), 'rt-peer-')), 'log.txt')}`,
  ];
  return startServer([peer.server, ...flags], {
    ready: /Listening on: \d+/,
    env: { LD_LIBRARY_PATH: peer.libraries },
  });
}

/** A redis-server that keeps nothing. */
export function startRedis(port) {
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  return startServer(['redis-server', ...flags], { ready: /Ready to accept connections/ });
}

/**
 * A server command of the `rt` in `root`.
 *
 * @param {string} root
 * @param {readonly string[]} args
 */
export function startRt(root, args) {
  const run = path.join(root, 'bin', 'run.js');
  return startServer([process.execPath, run, ...args], { ready: /"type":"ready"/ });
}

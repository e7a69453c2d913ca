/**
 * The arms of the comparison: what is started for each, and how the generator speaks to it.
 *
 * Ports are fixed: each measurement has a network namespace of its own (namespace.mjs).
 */
import { startPeer, startRedis, startRt } from './servers.mjs';

const PEER_PORT = 6006;
const REDIS_PORT = 6379;
const REDIS_URL = `redis://127.0.0.1:${REDIS_PORT}`;

/**
 * @typedef {object} Arm
 * @property {readonly string[]} target flags that point `rt bench load` at it
 * @property {Readonly<Record<string, import('./servers.mjs').Started>>} servers by role
 */

/**
 * Starts the servers of an arm.
 *
 * @param {import('./cell.mjs').CellSpec} spec
 * @returns {Promise<Arm>}
 */
export async function startArm(spec) {
  if (spec.arm === 'peer') return startPeerArm(spec);
  const redis = await startRedis(REDIS_PORT);
  const worker = await startRt(spec.rtRoot, workerArgs(spec));
  if (spec.arm === 'rt-worker') {
    return { target: ['--worker', urlOf(worker)], servers: { redis, worker } };
  }
  const base = ['--listen', '127.0.0.1:0', '--redis', REDIS_URL];
  const router = await startRt(spec.rtRoot, ['router', ...base]);
  const gateway = await startRt(spec.rtRoot, ['gateway', ...base]);
  return { target: ['--url', urlOf(gateway)], servers: { redis, worker, router, gateway } };
}

async function startPeerArm({ peer, model, settings, chunkMs }) {
  const server = await startPeer(peer, { model, settings, port: PEER_PORT });
  const target = ['--sherpa', `ws://127.0.0.1:${PEER_PORT}`, '--peer-chunk-ms', String(chunkMs)];
  return { target, servers: { peer: server } };
}

/** @param {import('./cell.mjs').CellSpec} spec */
function workerArgs({ rtModel, capacity, workerArgs: extra }) {
  const fixed = ['--listen', '127.0.0.1:0', '--redis', REDIS_URL];
  return ['worker', ...fixed, '--model', `${rtModel}=fast`, '--capacity', String(capacity), ...extra];
}

function urlOf({ line }) {
  return JSON.parse(line).url;
}

/**
 * A master, a replica and three Sentinels as processes of their own on loopback, each in a folder of its own and ended
 * by pid. The master is reached through a relay, by replica, Sentinels and clients alike, so that it can be cut off from
 * all of them while it lives and takes writes at its own port.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type DiscardingRelay, startDiscardingRelay } from './discarding-relay.ts';
import { freePort } from './free-port.ts';

const SENTINELS = 3;
const NAME = 'main';
/** Silence after which a Sentinel presumes the master down. */
const DOWN_AFTER_MS = 1000;
const SETTLES_WITHIN_MS = 15_000;

export interface SentinelFleet {
  /** For `--redis`. */
  readonly url: string;
  /** The first master, past the relay. */
  readonly directUrl: string;
  /** The first replica. */
  readonly replicaUrl: string;
  /** Between the first master and everybody who uses its announced address. */
  readonly relay: DiscardingRelay;
  signalMaster(signal: 'SIGKILL' | 'SIGSTOP'): void;
  /** Ends the Sentinel that clients ask first; two are still a majority. */
  killSentinel(): Promise<void>;
  /** Resolves when the first replica is master. */
  promoted(): Promise<void>;
  /** Resolves when the first master replicates from the new one. */
  demoted(): Promise<void>;
  stop(): Promise<void>;
}

/** Resolves when the replica is in step and each Sentinel knows the others. */
export async function startSentinelFleet(): Promise<SentinelFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'rt-sentinel-'));
  const [masterPort, replicaPort] = [await freePort(), await freePort()];
  const relay = await startDiscardingRelay(masterPort);
  const announced = ['--replica-announce-ip', '127.0.0.1', '--replica-announce-port', String(relay.port)];
  const children: ChildProcess[] = [];
  const killAll = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  const server = (port: number, args: readonly string[]): ChildProcess => {
    const child = launch(folder, [...serverArgs(port), ...args]);
    children.push(child);
    return child;
  };
  const master = server(masterPort, announced);
  await answering(masterPort);
  server(replicaPort, ['--replicaof', '127.0.0.1', String(relay.port)]);
  await until(replicaPort, /^master_link_status:up/m);
  const ports: number[] = [];
  for (let i = 0; i < SENTINELS; i += 1) ports.push(await startSentinel(folder, relay.port, children));
  const sentinels = children.slice(2);
  for (const port of ports) await until(port, /slaves=1,sentinels=3/, 'sentinel');

  return {
    url: `redis+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    directUrl: `redis://127.0.0.1:${masterPort}`,
    replicaUrl: `redis://127.0.0.1:${replicaPort}`,
    relay,
    signalMaster: (signal) => void master.kill(signal),
    killSentinel: () => (sentinels[0] ? end(sentinels[0]) : Promise.resolve()),
    promoted: () => until(replicaPort, /^role:master/m),
    demoted: () => until(masterPort, /^role:slave[\s\S]*^master_link_status:up/m),
    async stop() {
      await relay.stop();
      for (const child of children.toReversed()) await end(child);
      process.off('exit', killAll);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function serverArgs(port: number): readonly string[] {
  const where = ['--bind', '127.0.0.1', '--port', String(port)];
  return [...where, '--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
}

async function startSentinel(folder: string, monitored: number, children: ChildProcess[]): Promise<number> {
  const port = await freePort();
  const file = join(folder, `sentinel-${port}.conf`);
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${NAME} 127.0.0.1 ${monitored} 2`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} 3000`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  children.push(launch(folder, [file, '--sentinel']));
  await answering(port);
  return port;
}

function launch(folder: string, args: readonly string[]): ChildProcess {
  return spawn('redis-server', args, { cwd: folder, stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const answering = (port: number): Promise<void> => until(port, /redis_version/);

/** Waits until INFO of the server at `port` matches. */
async function until(port: number, wanted: RegExp, section = 'default'): Promise<void> {
  const raw = new Redis(port, '127.0.0.1', {
    protocol: 2,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  raw.on('error', () => {});
  const giveUpMs = performance.now() + SETTLES_WITHIN_MS;
  let info = '';
  try {
    while (performance.now() < giveUpMs) {
      info = await Promise.race([raw.info(section), sleep(1000, '')]);
      if (wanted.test(info)) return;
      await sleep(30);
    }
    throw new Error(`the server at ${port} never said ${String(wanted)}:\n${info}`);
  } finally {
    raw.disconnect();
  }
}

/**
 * One private redis-server per test file: loopback, nothing on disk, ended by pid. A missing
 * redis-server skips on a developer's machine and fails where CI=true, so that a green run means something.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Server process now running. */
  pid(): number;
  /** A key prefix nobody else uses. */
  prefix(): string;
  /** Kills the server and starts an empty one on the same port. */
  restartEmpty(): Promise<void>;
  /** Kills the server; `restartEmpty` brings it back. */
  kill(): Promise<void>;
  /** Freezes the process without closing its sockets. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** False when there is no redis-server; throws instead when CI=true. */
export const hasRedis: boolean = probe();

function probe(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true;
  if (process.env['CI'] === 'true') throw new Error('redis-server is missing: apt-get install redis-server');
  return false;
}

let prefixes = 0;

/** Starts a server on a free loopback port and waits until it answers. */
export async function startRedis(extraArgs: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  let child = await launch(port, extraArgs);
  const killLeftOver = (): void => void child.kill('SIGKILL');
  process.once('exit', killLeftOver);

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => child.pid as number,
    prefix: () => `t${process.pid}-${++prefixes}`,
    kill,
    async restartEmpty() {
      await kill();
      child = await launch(port, extraArgs);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      await kill();
      process.off('exit', killLeftOver);
    },
  };
}

async function launch(port: number, extraArgs: readonly string[]): Promise<ChildProcess> {
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', [...options, ...extraArgs], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`redis-server ended at once:\n${output}`);
    if (await answers(port)) return child;
    await sleep(20);
  }
  child.kill('SIGKILL');
  throw new Error(`redis-server did not answer on port ${port} within 2 s:\n${output}`);
}

/** Any reply counts, a refusal (NOAUTH) too. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const settle = (isUp: boolean): void => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}

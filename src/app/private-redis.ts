/**
 * A redis-server of this process's own, for `rt up` and `rt demo` where none is to be had.
 *
 * Always true: it keeps nothing on disk and is reached through a socket in a folder only this user may enter, and
 * on loopback where a port was asked for. It never outlives this process, however that ends: a short shell script
 * holds the server and reads from a pipe of ours, and the kernel closes that pipe even after SIGKILL. The shell
 * stands in a session of its own, so that Ctrl-C in a terminal does not take Redis away before the drain.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Clock } from '../base/clock.ts';
import { judgeRedis, OLDEST_REDIS } from '../registry/judge-redis.ts';

const READY_WITHIN_MS = 3_000;

/** Ends the server by its own pid when stdin closes, and removes its folder whenever the server has ended. */
const SUPERVISOR = `
exec 3<&0
folder=$1; shift
redis-server "$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -9 "$server"; } 2>/dev/null &
watcher=$!
wait "$server"
kill "$watcher" 2>/dev/null
rm -rf -- "$folder"
`;

export interface PrivateRedis {
  readonly url: string;
  /** Kills the server and removes its folder. Idempotent. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, by `stop` or by itself. */
  readonly ended: Promise<void>;
}

export type PrivateRedisOutcome =
  | ({ readonly type: 'started' } & PrivateRedis)
  /** In a few words: not installed, port taken. */
  | { readonly type: 'unavailable'; readonly reason: string };

export interface PrivateRedisOptions {
  readonly clock: Clock;
  /** Also on 127.0.0.1 at this port, for other commands of this machine. */
  readonly port?: number | undefined;
}

/** Starts redis-server from PATH and waits until it takes connections. */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedisOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'rt-redis-'));
  const socketPath = join(folder, 'redis.sock');
  const shell = execa('sh', ['-c', SUPERVISOR, 'rt-redis', folder, ...serverArgs(socketPath, options.port)], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    buffer: false,
    detached: true,
    reject: false,
    cleanup: false,
  });
  const ended = shell.then(() => rm(folder, { recursive: true, force: true }));
  const stop = async (): Promise<void> => {
    shell.stdin.destroy();
    await ended;
  };
  const output = await readUntilReady(shell.stdout, { clock: options.clock, ended });
  if (output.isReady && !isTooOld(output.text))
    return { type: 'started', url: `unix://${socketPath}`, stop, ended };
  await stop();
  return { type: 'unavailable', reason: reasonOf(output.text) };
}

function serverArgs(socketPath: string, port = 0): readonly string[] {
  const network = ['--bind', '127.0.0.1', '--port', String(port)];
  const socket = ['--unixsocket', socketPath, '--unixsocketperm', '700'];
  return [...network, ...socket, '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
}

interface ServerOutput {
  readonly isReady: boolean;
  readonly text: string;
}

/** Reads the server's own log; goes on reading it afterwards, so that its pipe never fills. */
function readUntilReady(
  stdout: NodeJS.ReadableStream,
  { clock, ended }: { readonly clock: Clock; readonly ended: Promise<void> },
): Promise<ServerOutput> {
  return new Promise((resolve) => {
    let text = '';
    const decided = new AbortController();
    const decide = (isReady: boolean): void => {
      decided.abort(new Error('decided'));
      stdout.off('data', onData);
      stdout.resume();
      resolve({ isReady, text });
    };
    const onData = (chunk: Buffer): void => {
      text += chunk.toString();
      if (/ready to accept connections/i.test(text)) decide(true);
    };
    stdout.on('data', onData);
    void ended.then(() => decide(false));
    clock.sleep(READY_WITHIN_MS, decided.signal).then(
      () => decide(false),
      () => undefined,
    );
  });
}

const VERSION = /Redis version=([\d.]+)/;

function isTooOld(output: string): boolean {
  const version = VERSION.exec(output)?.[1];
  return judgeRedis(`redis_version:${version ?? OLDEST_REDIS}`).length > 0;
}

function reasonOf(output: string): string {
  if (output === '') return 'redis-server is not installed';
  if (isTooOld(output))
    return `redis-server ${VERSION.exec(output)?.[1] ?? ''} is older than ${OLDEST_REDIS}`;
  const failure = output.split('\n').find((line) => /error|could not|failed/i.test(line));
  return failure?.replace(/^.*[#*] (?:Warning: )?/, '').trim() ?? 'redis-server did not start';
}

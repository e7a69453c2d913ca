/** The installed entry as processes: servers that say when they are ready, and commands that end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { requireItsSchema } from './written-document.ts';

const ENTRY = resolve('bin/run.js');
const READY_WITHIN_MS = 15_000;

export interface ReadyLine {
  readonly type: 'ready';
  readonly role: string;
  readonly id: string;
  readonly url: string;
  readonly http: string;
  readonly pid: number;
  readonly version: string;
}

export interface Finished {
  /** Exit code; 128 and the number of the signal when one ended it, as a shell says it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface RtProcess {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
  /** Resolves once `test` is true of what was written so far; rejects when the process ends first. */
  until(test: (process: RtProcess) => boolean): Promise<void>;
}

export interface RtServer extends RtProcess {
  readonly ready: ReadyLine;
}

/** Starts `rt` where no configuration of the developer's own is found. */
export function startRt(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RtProcess {
  const startMs = performance.now();
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = gather(child.stdout);
  const stderr = gather(child.stderr);
  let isOver = false;
  const finished = once(child, 'close').then(() => {
    isOver = true;
    const code = child.exitCode ?? 128 + signalNumber(child.signalCode);
    if (args.includes('--json')) requireItsSchema(stdout());
    return { code, stdout: stdout(), stderr: stderr(), tookMs: performance.now() - startMs };
  });
  const rt: RtProcess = {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    kill: (signal) => void child.kill(signal),
    finished,
    async until(test) {
      while (!test(rt)) {
        if (isOver) throw new Error(`rt ${args.join(' ')} ended first: ${stderr()}`);
        const stop = new AbortController();
        const news = [child.stdout, child.stderr].map((stream) => once(stream, 'data', stop));
        await Promise.race([...news, finished]).finally(() => {
          stop.abort();
        });
        await Promise.allSettled(news);
      }
    },
  };
  return rt;
}

/** Runs a command to its end. */
export function runRt(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return startRt(args, environment).finished;
}

/** Starts a server and waits for its ready line. */
export async function startRtServer(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RtServer> {
  const rt = startRt(args, environment);
  const late = setTimeout(() => {
    rt.kill('SIGKILL');
  }, READY_WITHIN_MS);
  await rt.until(() => readyLines(rt.stderr()).length > 0);
  clearTimeout(late);
  const [ready] = readyLines(rt.stderr());
  if (ready === undefined) throw new Error('no ready line');
  return Object.assign(rt, { ready });
}

/** All ready lines among what a server wrote. */
export function readyLines(stderr: string): readonly ReadyLine[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as ReadyLine)
    .filter(({ type }) => (type as string | undefined) === 'ready');
}

function gather(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function signalNumber(signal: NodeJS.Signals | null): number {
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGTERM: 15 };
  return (signal && numbers[signal]) ?? 0;
}

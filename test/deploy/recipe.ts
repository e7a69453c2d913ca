/** The recipe of deploy/ci as an operator runs it: a process with settings in its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ReadyLine } from '../support/rt-process.ts';

const SCRIPT = resolve('deploy/ci/check-deployment.sh');

export interface RecipeOutcome {
  readonly code: number | null;
  readonly output: string;
  /** What the shell itself had to say. */
  readonly faults: string;
  /** The last line, which names the step that failed. */
  readonly lastLine: string;
  /** Servers that were started and still run. */
  readonly leftOver: readonly string[];
}

export interface Recipe {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves when the step has begun; rejects when the recipe ends before. */
  reached(step: string): Promise<void>;
  /** What the server of that name said when it was ready. */
  readyLine(name: string): ReadyLine;
  readonly finished: Promise<RecipeOutcome>;
}

/** Two engines of one thread each on a clip of six seconds; what it wrote is gone when it has finished. */
export function startRecipe(settings: Readonly<Record<string, string>> = {}): Recipe {
  const logs = mkdtempSync(join(tmpdir(), 'rt-recipe-'));
  const child = spawn(SCRIPT, [], {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      LOGS: logs,
      RT: `${process.execPath} ${resolve('bin/run.js')}`,
      CLIP: resolve('fixtures/audio/digits.wav'),
      WORKER_FLAGS: '--capacity 4 --threads 1x1',
      // Other tests may well keep this machine busy, and nothing is measured here.
      LOAD_SECONDS: '1',
      LOAD_FLAGS: '--warmup-s 0 --drain-s 30 --slo-ms 30000 --void-lateness-ms 1000',
      THRESHOLDS: 'errors==0 refused==0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let faults = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (faults += text));
  const readyLine = (name: string): ReadyLine =>
    JSON.parse(readFileSync(join(logs, `${name}.json`), 'utf8')) as ReadyLine;
  const finished = once(child, 'close').then((): RecipeOutcome => {
    const servers = readdirSync(logs).filter((name) => name.endsWith('.json'));
    const leftOver = servers.filter((name) => isAlive(readyLine(name.replace('.json', '')).pid));
    rmSync(logs, { recursive: true });
    return {
      code: child.exitCode,
      faults,
      output,
      lastLine: output.trimEnd().split('\n').at(-1) ?? '',
      leftOver,
    };
  });
  return {
    process: child,
    output: () => output,
    readyLine,
    finished,
    async reached(step) {
      const isThere = (): boolean => output.split('\n').some((line) => line.startsWith(`${step} `));
      while (!isThere()) {
        const isOver = await Promise.race([
          finished.then(() => true),
          once(child.stdout, 'data').then(() => false),
        ]);
        if (isOver && !isThere()) throw new Error(`the recipe never came to "${step}":\n${output}`);
      }
    },
  };
}

export function runRecipe(settings: Readonly<Record<string, string>> = {}): Promise<RecipeOutcome> {
  return startRecipe(settings).finished;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

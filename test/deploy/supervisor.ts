/**
 * What systemd does with a service of Type=exec, where systemd itself cannot run: ExecStart=, ExecStartPost=,
 * Restart=on-failure, RestartSec=, RestartPreventExitStatus=, KillSignal= and the two timeouts.
 *
 * Refuses units that ask for another type or restart policy. Always true: at most one main process at a time, and
 * after `stop` none.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandWords, parseEnvironment, type UnitFile } from './unit-file.ts';

const ENTRY = resolve('bin/run.js');
/** Signals that end a service cleanly (systemd.service(5), SuccessExitStatus=). */
const CLEAN_SIGNALS: ReadonlySet<string> = new Set(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGPIPE']);

export type ServiceState = 'starting' | 'running' | 'waiting' | 'inactive' | 'failed';

export interface SupervisedOptions {
  readonly unit: UnitFile;
  /** What stands behind the @ of the unit's name. */
  readonly instance?: string;
  /** Lines of /etc/rt/rt.env. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stands for /run, and for the directory to work in. */
  readonly folder: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Service {
  readonly state: ServiceState;
  readonly starts: number;
  readonly lastExit: Exit | undefined;
  readonly mainPid: number;
  stderr(): string;
  /** `systemctl stop`: answers whether the kill signal was enough, and after what time. */
  stop(): Promise<{ readonly isKilled: boolean; readonly tookMs: number }>;
}

/** Starts the unit and keeps it as its lines say. */
export function startService(options: SupervisedOptions): Service {
  const { unit } = options;
  if (unit.one('Type') !== 'exec' || unit.one('Restart') !== 'on-failure')
    throw new Error('only Type=exec with Restart=on-failure is understood');
  const now: Running = { state: 'starting', starts: 0, lastExit: undefined, main: undefined, stderr: '' };
  const stopping = new AbortController();
  const over = supervise(options, now, stopping.signal);
  return {
    get state() {
      return now.state;
    },
    get starts() {
      return now.starts;
    },
    get lastExit() {
      return now.lastExit;
    },
    get mainPid() {
      return now.main?.pid ?? 0;
    },
    stderr: () => now.stderr,
    async stop() {
      const startMs = performance.now();
      stopping.abort();
      now.main?.kill(unit.one('KillSignal') as NodeJS.Signals);
      let isKilled = false;
      const patience = setTimeout(() => {
        isKilled = true;
        now.main?.kill('SIGKILL');
      }, unit.durationMs('TimeoutStopSec'));
      await over;
      clearTimeout(patience);
      return { isKilled, tookMs: performance.now() - startMs };
    },
  };
}

interface Running {
  state: ServiceState;
  starts: number;
  lastExit: Exit | undefined;
  main: ChildProcess | undefined;
  stderr: string;
}

async function supervise(options: SupervisedOptions, now: Running, stopping: AbortSignal): Promise<void> {
  const { unit } = options;
  const pauseMs = unit.durationMs('RestartSec');
  const isAsked = (): boolean => stopping.aborted;
  for (;;) {
    now.state = 'starting';
    now.starts += 1;
    const isStarted = await runOnce(options, now);
    const isClean = isStarted && isCleanExit(now.lastExit);
    if (isAsked() || isClean || isPrevented(unit, now.lastExit)) {
      now.state = isClean ? 'inactive' : 'failed';
      return;
    }
    now.state = 'waiting';
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
    if (isAsked()) {
      now.state = 'inactive';
      return;
    }
  }
}

/** From ExecStart= to the end of the main process; answers whether ExecStartPost= succeeded. */
async function runOnce({ unit, ...options }: SupervisedOptions, now: Running): Promise<boolean> {
  const runtimeDirectory = join(
    options.folder,
    unit.one('RuntimeDirectory').replace('%i', options.instance ?? ''),
  );
  // RuntimeDirectoryPreserve=no: nothing of the last run is left.
  rmSync(runtimeDirectory, { recursive: true, force: true });
  mkdirSync(runtimeDirectory);
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    ...parseEnvironment(unit.all('Environment').flatMap((line) => line.split(' '))),
    // The file comes after Environment= and wins.
    ...options.environment,
    HOME: '/nonexistent',
    RUNTIME_DIRECTORY: runtimeDirectory,
  };
  const launch = (key: string, more: Record<string, string> = {}): ChildProcess => {
    const specifiers = { i: options.instance ?? '', t: options.folder };
    const [name = '', ...args] = commandWords(unit.one(key), { specifiers, environment });
    const [program, entry] = name === 'rt' ? [process.execPath, [ENTRY]] : [name, []];
    return spawn(program, [...entry, ...args], {
      cwd: options.folder,
      env: { ...environment, ...more },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  };

  const main = launch('ExecStart');
  now.main = main;
  main.stderr?.setEncoding('utf8').on('data', (text: string) => (now.stderr += text));
  const ended = once(main, 'close');
  const post = launch('ExecStartPost', { MAINPID: String(main.pid) });
  const tooLate = setTimeout(() => post.kill('SIGKILL'), unit.durationMs('TimeoutStartSec'));
  await once(post, 'close');
  clearTimeout(tooLate);
  const isStarted = post.exitCode === 0;
  if (isStarted) now.state = 'running';
  else main.kill('SIGTERM');
  await ended;
  now.lastExit = { code: main.exitCode, signal: main.signalCode };
  return isStarted;
}

function isCleanExit(exit: Exit | undefined): boolean {
  return exit?.code === 0 || CLEAN_SIGNALS.has(exit?.signal ?? '');
}

function isPrevented(unit: UnitFile, exit: Exit | undefined): boolean {
  const listed = unit.one('RestartPreventExitStatus').split(' ');
  return listed.includes(String(exit?.code)) || listed.includes(exit?.signal ?? 'none');
}

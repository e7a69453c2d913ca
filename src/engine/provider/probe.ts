/**
 * Whether a provider really computes on this machine: a process of its own runs a small graph on it and proves from
 * the runtime's profile that the work was done there.
 *
 * Always true: it answers within its time, whatever the driver does; the process is gone and its folder removed when
 * it has. It refuses nothing: an inactive provider is an answer, and the caller decides.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '../../base/clock.ts';
import { within } from '../../base/within.ts';
import { explainCrash, explainFailure, type Gpu, type ProviderFailure } from './explain-failure.ts';
import type { FromProbe, ToProbe } from './probe-messages.ts';

export type ProbeOutcome =
  /** Durations of the probe's graph there and on one core of the CPU. */
  | { readonly type: 'active'; readonly runMs: number; readonly cpuRunMs: number }
  | ({ readonly type: 'inactive' } & ProviderFailure);

export interface ProbeOptions {
  readonly clock: Clock;
  /** Path of the program that is the child; the product's own unless a test says otherwise. */
  readonly entry?: string;
  readonly limitMs?: number;
}

/** The first use of a GPU may compile kernels for it; a driver that takes longer hangs. */
const PROBE_WITHIN_MS = 20_000;
/** The last words are what counts; a driver may say a lot. */
const MOST_STDERR_CHARS = 64 * 1024;

/** The compiled entry: a child process loads no TypeScript, also when this file runs from its source. */
function childEntry(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const url = isSource ? '../../../dist/engine/provider/probe-child.js' : './probe-child.js';
  return fileURLToPath(new URL(url, import.meta.url));
}

/** Never rejects for what the provider does. */
export async function probeProvider(provider: Gpu, options: ProbeOptions): Promise<ProbeOutcome> {
  const { clock, entry = childEntry(), limitMs = PROBE_WITHIN_MS } = options;
  const folder = await mkdtemp(join(tmpdir(), 'rt-probe-'));
  const child = fork(entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  try {
    const ended = await within(clock, limitMs, askChild(child, { provider, folder }));
    return ended === 'late' ? { type: 'inactive', ...hung(limitMs) } : judge(provider, ended);
  } finally {
    await endChild(child);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ended {
  /** Undefined when it crashed. */
  readonly answer: FromProbe | undefined;
  /** Signal or exit code. */
  readonly cause: string;
  readonly stderr: string;
}

/** Resolves when the child has ended and all it printed has been read. */
function askChild(child: ChildProcess, request: ToProbe): Promise<Ended> {
  return new Promise((resolve) => {
    let answer: FromProbe | undefined;
    let stderr = '';
    const end = (cause: string): void => resolve({ answer, cause, stderr: stripVTControlCharacters(stderr) });
    child.once('message', (message) => {
      answer = message as FromProbe;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-MOST_STDERR_CHARS);
    });
    child.once('close', (code, signal) => end(signal ?? `exit code ${String(code)}`));
    child.once('error', (error) => end(error.message));
    child.send(request, () => undefined);
  });
}

function judge(provider: Gpu, { answer, cause, stderr }: Ended): ProbeOutcome {
  if (answer === undefined) return { type: 'inactive', ...explainCrash(provider, { cause, said: stderr }) };
  if (answer.type === 'failed') {
    return { type: 'inactive', ...explainFailure(provider, `${answer.message}\n${stderr}`) };
  }
  if (answer.misplaced.length > 0) return { type: 'inactive', ...elsewhere(provider, answer.misplaced) };
  if (!answer.isExact) return { type: 'inactive', ...wrong(provider) };
  return { type: 'active', runMs: answer.runMs, cpuRunMs: answer.cpuRunMs };
}

function elsewhere(provider: Gpu, misplaced: readonly string[]): ProviderFailure {
  return {
    reason: `the runtime accepted ${provider} but computed elsewhere (${misplaced.join(', ')})`,
    whatToDo: `Install the libraries of the provider that belong to this version of onnxruntime-node.`,
  };
}

function wrong(provider: Gpu): ProviderFailure {
  return {
    reason: `${provider} computes wrong numbers`,
    whatToDo: 'Update the driver of the GPU; until then use --provider cpu.',
  };
}

function hung(limitMs: number): ProviderFailure {
  return {
    reason: `the probe had no answer after ${limitMs / 1000} s`,
    whatToDo: 'The driver hangs: look at dmesg, and restart the machine or reset the GPU.',
  };
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

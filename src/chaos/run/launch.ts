/** Starts processes of a rehearsal: the program itself as a server, and redis-server. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { within } from '../../base/within.ts';
import type { FleetProcess, Role } from './fleet.ts';
import type { ProcessGuard } from './process-guard.ts';

const ENTRY = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));
const READY_WITHIN_MS = 20_000;

export interface LaunchContext {
  readonly clock: Clock;
  readonly guard: ProcessGuard;
  /** Where the processes run: nothing of the developer's own is found there. */
  readonly folder: string;
}

export interface LaunchedProcess extends FleetProcess {
  /** Everything it wrote. */
  log(): string;
}

export interface LaunchedServer extends LaunchedProcess {
  /** Where clients of its role connect. */
  readonly url: string;
}

interface LaunchOptions {
  readonly role: Role;
  readonly id: string;
  readonly file: string;
  readonly args: readonly string[];
  /** What it writes once it can be used. */
  readonly readyWhen: RegExp;
}

/** Starts `rt` with `args` and waits for its ready line. @throws RtError session_failed with what it said instead */
export async function launchServer(
  context: LaunchContext,
  server: { readonly role: Role; readonly id: string; readonly args: readonly string[] },
): Promise<LaunchedServer> {
  const { process: launched, line } = await launch(context, {
    ...server,
    file: process.execPath,
    args: [ENTRY, ...server.args],
    readyWhen: /^\{"type":"ready".*\}$/m,
  });
  const { url } = JSON.parse(line) as { readonly url: string };
  return { ...launched, url };
}

/** An empty redis-server at a socket file. @throws RtError component_missing */
export async function launchRedis(context: LaunchContext, socketPath: string): Promise<LaunchedProcess> {
  const { process: launched } = await launch(context, {
    role: 'redis',
    id: 'redis',
    file: 'redis-server',
    args: [
      ...['--port', '0', '--unixsocket', socketPath, '--unixsocketperm', '700'],
      ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    ],
    readyWhen: /ready to accept connections/i,
  });
  return launched;
}

async function launch(
  { clock, guard, folder }: LaunchContext,
  options: LaunchOptions,
): Promise<{ readonly process: LaunchedProcess; readonly line: string }> {
  const child = execa(options.file, options.args, {
    cwd: folder,
    // Settings of the developer's own would make it another cluster.
    env: { HOME: folder },
    extendEnv: options.role === 'redis',
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    cleanup: false,
  });
  const { pid } = child;
  if (pid !== undefined) guard.add(pid);
  let text = '';
  const ready = new Promise<string>((resolve) => {
    child.all.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const line = options.readyWhen.exec(text)?.[0];
      if (line !== undefined) resolve(line);
    });
  });
  const ended = child.then(() => {
    if (pid !== undefined) guard.remove(pid);
  });
  const first = await within(clock, READY_WITHIN_MS, Promise.race([ready, ended]));
  if (first === undefined || first === 'late' || pid === undefined) {
    child.kill('SIGKILL');
    throw didNotStart(options, text);
  }
  return {
    line: first,
    process: {
      role: options.role,
      id: options.id,
      pid,
      signal: (signal) => child.kill(signal),
      ended,
      log: () => text,
    },
  };
}

function didNotStart({ role, id }: LaunchOptions, text: string): RtError {
  const said = text.trim().split('\n').slice(-3).join(' ');
  if (role === 'redis') {
    return new RtError('component_missing', `redis-server did not start: ${said || 'it is not installed'}`, {
      hint: 'Install redis-server 7.0 or newer, or rehearse on a running cluster with --attach.',
    });
  }
  return new RtError('session_failed', `The ${role} ${id} did not start: ${said || 'it said nothing'}`, {
    hint: `Start one by hand with "rt ${role}" to see why.`,
  });
}

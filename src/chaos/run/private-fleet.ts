/**
 * A cluster of a rehearsal's own: redis-server, router, gateways and beacon workers as processes, in a folder that
 * only this user may enter.
 *
 * Always true: each process that is started again gets an id of its own, because the record of one that was killed
 * stands until its lease has run out; nothing is left when this process ends, however it ends.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import type { Fleet, FleetProcess, LogReading, Role, StoreProbe } from './fleet.ts';
import { type LaunchContext, type LaunchedProcess, launchRedis, launchServer } from './launch.ts';
import { openProcessGuard } from './process-guard.ts';

/** Short, so that a worker that was killed is forgotten within two seconds instead of eight. */
const HEARTBEAT = '500ms';
const SWEEP = '500ms';
const WHOLE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;
const PREFIX = 'rt:chaos';

export interface PrivateFleetOptions {
  readonly gateways: number;
  readonly workers: number;
  /** Slots of each worker. */
  readonly capacity: number;
  readonly clock: Clock;
  readonly openStore: (where: { readonly redisUrl: string; readonly prefix: string }) => Promise<
    StoreProbe & {
      readonly stop: () => Promise<void>;
    }
  >;
}

/** Resolves when every worker is registered. @throws RtError component_missing, session_failed */
export async function startPrivateFleet(options: PrivateFleetOptions): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'rt-chaos-'));
  const guard = openProcessGuard(folder);
  try {
    return await startAll(options, { clock: options.clock, guard, folder });
  } catch (error) {
    await guard.close();
    throw error;
  }
}

async function startAll(options: PrivateFleetOptions, context: LaunchContext): Promise<Fleet> {
  const socketPath = join(context.folder, 'redis.sock');
  const redisUrl = `unix://${socketPath}`;
  const launched: LaunchedProcess[] = [];
  const urls = new Map<string, string>();
  const generations = new Map<string, number>();

  const start = async (role: Role, name: string): Promise<FleetProcess> => {
    if (role === 'redis') return keep(await launchRedis(context, socketPath));
    const generation = (generations.get(name) ?? 0) + 1;
    generations.set(name, generation);
    const id = generation === 1 ? name : `${name}-${generation}`;
    // Where it was before, so that clients find it again.
    const listen = urls.get(name)?.replace(/^\w+:\/\//, '') ?? '127.0.0.1:0';
    const args = argsOf(role, { id, listen, redisUrl, capacity: options.capacity });
    const server = await launchServer(context, { role, id, args });
    urls.set(name, server.url);
    return keep(server);
  };
  const live = new Map<string, LaunchedProcess>();
  const keep = (process: LaunchedProcess): FleetProcess => {
    launched.push(process);
    live.set(nameOf(process), process);
    return process;
  };

  await start('redis', 'redis');
  const store = await options.openStore({ redisUrl, prefix: PREFIX });
  await Promise.all([
    start('router', 'router'),
    ...names('gateway', options.gateways).map((name) => start('gateway', name)),
    ...names('worker', options.workers).map((name) => start('worker', name)),
  ]);
  const processes = (role: Role): readonly FleetProcess[] =>
    [...live.values()].filter((process) => process.role === role);

  return {
    gateways: names('gateway', options.gateways).flatMap((name) => urls.get(name) ?? []),
    processes,
    store,
    restart: (gone) => start(gone.role, nameOf(gone)),
    whole: () => waitUntilWhole({ clock: context.clock, store, processes }),
    readLogs: () => readLogs(launched),
    async stop() {
      await store.stop();
      await context.guard.close();
      await Promise.all(launched.map(({ ended }) => ended));
    },
  };
}

function names(role: Role, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${role}-${String.fromCharCode(97 + index)}`);
}

/** Without the number of its start. */
function nameOf({ id }: FleetProcess): string {
  return id.replace(/-\d+$/, '');
}

interface ServerChoice {
  readonly id: string;
  readonly listen: string;
  readonly redisUrl: string;
  readonly capacity: number;
}

function argsOf(role: Exclude<Role, 'redis'>, choice: ServerChoice): readonly string[] {
  const { id, listen, redisUrl, capacity } = choice;
  const shared = ['--listen', listen, '--redis', redisUrl, '--prefix', PREFIX];
  if (role === 'router') return ['router', ...shared, '--sweep', SWEEP];
  if (role === 'gateway') return ['gateway', ...shared, '--id', id];
  const engine = ['--engine', 'beacon', '--capacity', String(capacity)];
  return ['worker', ...shared, '--id', id, ...engine, '--heartbeat', HEARTBEAT];
}

interface Wholeness {
  readonly clock: Clock;
  readonly store: StoreProbe;
  readonly processes: Fleet['processes'];
}

/** Every worker process is ready in the store, and no other one is. */
async function waitUntilWhole({ clock, store, processes }: Wholeness): Promise<void> {
  const lateMs = clock.nowMs() + WHOLE_WITHIN_MS;
  for (;;) {
    const sample = await store.sample().catch(() => undefined);
    const ready = sample?.workers.filter(({ isReady }) => isReady).map(({ id }) => id) ?? [];
    const wanted = processes('worker').map(({ id }) => id);
    const isIdle = sample?.workers.every(({ active }) => active === 0) ?? false;
    if (isIdle && ready.toSorted().join() === wanted.toSorted().join()) return;
    if (clock.nowMs() > lateMs) {
      throw new RtError(
        'timeout',
        `After ${WHOLE_WITHIN_MS} ms not every worker is ready: ${ready.join(', ')}`,
      );
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
}

function readLogs(launched: readonly LaunchedProcess[]): LogReading {
  const marks = new Map(launched.map((process) => [process, process.log().length]));
  return {
    since: () =>
      launched.map((process) => ({
        path: `${process.id}.log`,
        text: process.log().slice(marks.get(process) ?? 0),
      })),
  };
}

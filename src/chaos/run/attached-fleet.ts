/**
 * A cluster that somebody else runs. Only processes that were named are touched, and who runs the cluster starts them
 * again.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import type { Fleet, FleetProcess, Role, StoreProbe } from './fleet.ts';

const ROLES: readonly Role[] = ['worker', 'gateway', 'router', 'redis'];
const IDLE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

export interface AttachedFleetOptions {
  readonly gateway: string;
  /** `ROLE=PID` each. */
  readonly pids: readonly string[];
  readonly clock: Clock;
  readonly store: StoreProbe & { readonly stop: () => Promise<void> };
  /** Id of the live worker with this pid on this machine. */
  readonly workerWithPid: (pid: number) => Promise<string | undefined>;
}

/** @throws RtError usage for a process that is not of the cluster */
export async function attachFleet(options: AttachedFleetOptions): Promise<Fleet> {
  const { gateway, clock, store } = options;
  const named = await Promise.all(options.pids.map((text) => nameProcess(text, options)));
  return {
    gateways: [gateway],
    processes: (role) => named.filter((process) => process.role === role && isAlive(process.pid)),
    restart: () => Promise.resolve(undefined),
    whole: () => waitUntilIdle(clock, store),
    store,
    readLogs: () => ({ since: () => [] }),
    stop: () => store.stop(),
  };
}

async function nameProcess(
  text: string,
  { clock, workerWithPid }: AttachedFleetOptions,
): Promise<FleetProcess> {
  const [, name, digits] = /^([a-z]+)=(\d+)$/.exec(text) ?? [];
  const role = ROLES.find((one) => one === name);
  const pid = Number(digits);
  if (role === undefined || !isAlive(pid)) {
    throw new RtError('usage', `--pid ${text} names no process that this user may signal`, {
      hint: `Write ROLE=PID, the role one of ${ROLES.join(', ')}.`,
    });
  }
  const id = role === 'worker' ? await workerWithPid(pid) : `${role}-${pid}`;
  if (id === undefined) {
    throw new RtError('usage', `No worker of the cluster has the pid ${pid}`, {
      hint: 'List workers with "rt workers list --json".',
    });
  }
  return { role, id, pid, signal: (signal) => send(pid, signal), ended: untilGone(pid, clock) };
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  return pid > 1 && send(pid, 0);
}

/** Polled: the process is nobody's child here. */
async function untilGone(pid: number, clock: Clock): Promise<void> {
  while (isAlive(pid)) await clock.sleep(LOOK_EVERY_MS);
}

async function waitUntilIdle(clock: Clock, store: StoreProbe): Promise<void> {
  const lateMs = clock.nowMs() + IDLE_WITHIN_MS;
  for (;;) {
    const sample = await store.sample().catch(() => undefined);
    if (sample?.workers.some(({ isReady }) => isReady) === true && sample.sessionLeases === 0) return;
    if (clock.nowMs() > lateMs) {
      throw new RtError('timeout', 'The cluster is not idle, or has no worker that is ready', {
        hint: 'Rehearse on a cluster that serves nobody else.',
      });
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
}

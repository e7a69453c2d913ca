/**
 * Does to processes what a plan says, heals it again, and writes both down.
 *
 * Always true: what was stopped goes on and what was cut is whole again, also when the rehearsal is interrupted: the
 * processes may be somebody else's. After an interruption nothing is started any more.
 */
import type { Clock } from '../../base/clock.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import { settlesWithin } from '../../base/within.ts';
import { type HistoryLog, RUN } from '../history/history-log.ts';
import type { Fleet, FleetProcess } from './fleet.ts';
import type { PlannedFault } from './plan.ts';

/** What a drain may take, and then some. */
const ENDED_WITHIN_MS = 75_000;
/** In the order in which an upgrade restarts them. */
const SERVERS = ['worker', 'gateway', 'router'] as const;

export interface InflictContext {
  readonly fleet: Fleet;
  readonly history: HistoryLog;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Ids of the sessions that have begun, by their place among the sessions. */
  readonly sessionIds: ReadonlyMap<number, string>;
  /** Where each session last connected. */
  readonly gatewayUrls: ReadonlyMap<number, string>;
}

/**
 * Resolves when the fault is healed.
 * @throws RtError not_found when there is nobody to do it to; timeout, session_failed; the signal's reason
 */
export async function inflict(fault: PlannedFault, context: InflictContext): Promise<void> {
  if (fault.kind === 'down' || fault.kind === 'partition') return cutNetwork(fault.kind, fault, context);
  const victims = await victimsOf(fault, context);
  if (victims.length === 0) {
    throw new RtError('not_found', `There is no process for this fault: ${fault.label}`, {
      hint: 'On an attached cluster name the processes with --pid ROLE=PID.',
    });
  }
  for (const victim of victims) await inflictOn(victim, fault, context);
}

async function cutNetwork(
  kind: 'down' | 'partition',
  { healAfterMs, label }: PlannedFault,
  { fleet, history, clock, signal }: InflictContext,
): Promise<void> {
  if (fleet.cut === undefined) throw new RtError('internal_error', `There is no network to cut: ${label}`);
  history.add(RUN, { op: 'fault', kind, role: 'network', target: 'network', pid: process.pid });
  const heal = fleet.cut(kind);
  try {
    await clock.sleep(healAfterMs, signal);
  } finally {
    await heal();
  }
  history.add(RUN, { op: 'heal', kind, role: 'network', target: 'network', pid: process.pid });
}

async function victimsOf(
  { target }: PlannedFault,
  { fleet, sessionIds, gatewayUrls }: InflictContext,
): Promise<readonly FleetProcess[]> {
  if (target.role === 'workers') return fleet.processes('worker');
  if (target.role === 'servers') return SERVERS.flatMap((role) => fleet.processes(role));
  if (target.role === 'network') return [];
  const candidates = fleet.processes(target.role);
  if (target.role === 'gateway') {
    const url = gatewayUrls.get(target.session);
    return candidates.filter((gateway) => gateway.url === undefined || gateway.url === url).slice(0, 1);
  }
  if (target.role !== 'worker') return candidates.slice(0, 1);
  const session = sessionIds.get(target.session);
  const holder = session === undefined ? undefined : await fleet.store.workerOf(session);
  return candidates.filter(({ id }) => id === holder);
}

async function inflictOn(victim: FleetProcess, fault: PlannedFault, context: InflictContext): Promise<void> {
  const { fleet, history, clock, signal } = context;
  const { kind } = fault;
  const note = (op: 'fault' | 'heal', { role, id, pid }: FleetProcess): void =>
    history.add(RUN, { op, kind, role, target: id, pid });
  note('fault', victim);
  if (kind === 'stop') {
    victim.signal('SIGSTOP');
    try {
      await clock.sleep(fault.healAfterMs, signal);
    } finally {
      victim.signal('SIGCONT');
    }
    note('heal', victim);
    return;
  }
  victim.signal(kind === 'drain' ? 'SIGTERM' : 'SIGKILL');
  if (!(await settlesWithin(clock, ENDED_WITHIN_MS, Promise.race([victim.ended, untilAborted(signal)])))) {
    throw new RtError('timeout', `${victim.id} did not end within ${ENDED_WITHIN_MS} ms`);
  }
  await clock.sleep(fault.healAfterMs, signal);
  const next = await fleet.restart(victim).catch((error: unknown) => {
    throw new RtError('session_failed', `${victim.id} could not be started again: ${messageOf(error)}`);
  });
  if (next !== undefined) note('heal', next);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

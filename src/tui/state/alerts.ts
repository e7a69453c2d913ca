/** What an operator should look at, worst first. */
import { ageText, secondsText } from '../drawing/quantity-text.ts';
import type { GatewayRow, RouterRow, WorkerRow } from '../fleet/process-rows.ts';
import type { SessionReading } from '../fleet/readings.ts';
import type { PastEvent } from './recent-events.ts';
import type { Outage } from './store.ts';

export interface Alert {
  readonly level: 'critical' | 'warning';
  readonly code:
    | 'redis_unreachable'
    | 'worker_lost'
    | 'capacity_full'
    | 'gateway_stale'
    | 'gateway_overload'
    | 'clients_waiting'
    | 'router_stale'
    | 'session_lag'
    | 'rejects'
    | 'failovers';
  /** The id of what it is about; empty when it is about the fleet. */
  readonly subject: string;
  readonly text: string;
}

/** Below the 5 s at which a gateway gives a session up (docs/sessions.md), so that there is time to act. */
export const LAG_ALERT_S = 3;
/** What a gateway does at each overload level from 1 on (docs/sessions.md); a higher one does no less. */
const OVERLOAD_EFFECTS = ['fewer partials', 'refuses new sessions', 'refuses all sessions'] as const;
/** More lagging sessions than this are told in one line. */
const NAMED_SESSIONS = 3;

export interface Circumstances {
  readonly outage: Outage | undefined;
  readonly workers: readonly WorkerRow[];
  readonly gateways: readonly GatewayRow[];
  readonly routers: readonly RouterRow[];
  readonly sessions: readonly SessionReading[];
  /** Of the last minute. */
  readonly events: readonly PastEvent[];
}

/** Everything that is wrong, critical ones first. */
export function alertsOf(now: Circumstances): readonly Alert[] {
  return [
    ...redisAlerts(now.outage),
    ...workerAlerts(now.workers),
    ...capacityAlerts(now.workers),
    ...overloadAlerts(now.gateways),
    ...silenceAlerts(now.gateways, 'gateway_stale'),
    ...silenceAlerts(now.routers, 'router_stale'),
    ...waitingAlerts(now.gateways),
    ...lagAlerts(now.sessions),
    ...eventAlerts(now.events),
  ];
}

function redisAlerts(outage: Outage | undefined): readonly Alert[] {
  if (outage === undefined) return [];
  return [{ level: 'critical', code: 'redis_unreachable', subject: '', text: outage.reason }];
}

function workerAlerts(workers: readonly WorkerRow[]): readonly Alert[] {
  return workers
    .filter(({ state }) => state === 'LOST')
    .map(({ id, beatAgeMs }) => ({
      level: 'critical',
      code: 'worker_lost',
      subject: id,
      text: `${id} LOST, last beat ${ageText(beatAgeMs)} ago`,
    }));
}

/** The next client waits or is refused. */
function capacityAlerts(workers: readonly WorkerRow[]): readonly Alert[] {
  const serving = workers.filter(({ state }) => state === 'READY' || state === 'BUSY');
  const slots = serving.reduce((sum, { capacity }) => sum + capacity, 0);
  const taken = serving.reduce((sum, { activeSessions }) => sum + activeSessions, 0);
  if (slots === 0 || taken < slots) return [];
  const text = `capacity is full: ${taken} of ${slots} slots taken`;
  return [{ level: 'warning', code: 'capacity_full', subject: '', text }];
}

function silenceAlerts(
  servers: readonly (GatewayRow | RouterRow)[],
  code: 'gateway_stale' | 'router_stale',
): readonly Alert[] {
  return servers
    .filter(({ isStale }) => isStale)
    .map(({ id, beatAgeMs }) => ({
      level: 'warning',
      code,
      subject: id,
      text: `${id} silent for ${ageText(beatAgeMs)}`,
    }));
}

/** Critical once callers are refused; those come first. */
function overloadAlerts(gateways: readonly GatewayRow[]): readonly Alert[] {
  return gateways
    .flatMap(({ id, isStale, overloadLevel }) =>
      isStale || overloadLevel === null || overloadLevel < 1 ? [] : [{ id, overloadLevel }],
    )
    .toSorted((a, b) => b.overloadLevel - a.overloadLevel)
    .map(({ id, overloadLevel }) => ({
      level: overloadLevel >= 2 ? 'critical' : 'warning',
      code: 'gateway_overload',
      subject: id,
      text: `${id} overload ${overloadLevel}: ${OVERLOAD_EFFECTS[overloadLevel - 1] ?? OVERLOAD_EFFECTS[2]}`,
    }));
}

function waitingAlerts(gateways: readonly GatewayRow[]): readonly Alert[] {
  return gateways.flatMap(({ id, isStale, waiting }): readonly Alert[] => {
    if (isStale || waiting === null || waiting === 0) return [];
    const text = `${id}: ${waiting} ${waiting === 1 ? 'client waits' : 'clients wait'} for a slot`;
    return [{ level: 'warning', code: 'clients_waiting', subject: id, text }];
  });
}

function lagAlerts(sessions: readonly SessionReading[]): readonly Alert[] {
  const lagging = sessions
    .flatMap(({ id, workerId, lagS }) => (lagS !== null && lagS > LAG_ALERT_S ? { id, workerId, lagS } : []))
    .toSorted((a, b) => b.lagS - a.lagS);
  const [worst] = lagging;
  if (worst !== undefined && lagging.length > NAMED_SESSIONS) {
    const text = `${lagging.length} sessions lag, worst ${secondsText(worst.lagS)} on ${worst.workerId}`;
    return [{ level: 'warning', code: 'session_lag', subject: '', text }];
  }
  return lagging.map(({ id, workerId, lagS }) => ({
    level: 'warning',
    code: 'session_lag',
    subject: id,
    text: `${id} lags ${secondsText(lagS)} on ${workerId}`,
  }));
}

function eventAlerts(events: readonly PastEvent[]): readonly Alert[] {
  const counted = (type: PastEvent['type'], code: Alert['code']): readonly Alert[] => {
    const ofType = events.filter((event) => event.type === type);
    if (ofType.length === 0) return [];
    const reason = ofType.at(-1)?.reason ?? '';
    const text = `${ofType.length} ${ofType.length === 1 ? code.slice(0, -1) : code} in the last minute`;
    return [{ level: 'warning', code, subject: '', text: reason === '' ? text : `${text}: ${reason}` }];
  };
  return [...counted('reject', 'rejects'), ...counted('failover', 'failovers')];
}

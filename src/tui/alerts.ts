/** What an operator should look at, worst first. */
import { ageText, secondsText } from './format.ts';
import type { SessionReading } from './readings.ts';
import type { GatewayRow, WorkerRow } from './rows.ts';
import type { Outage, PastEvent } from './store.ts';

export interface Alert {
  readonly level: 'critical' | 'warning';
  readonly code:
    | 'redis_unreachable'
    | 'worker_lost'
    | 'gateway_stale'
    | 'session_lag'
    | 'rejects'
    | 'failovers';
  /** The id of what it is about; empty when it is about the fleet. */
  readonly subject: string;
  readonly text: string;
}

/** Below the 5 s at which a gateway gives a session up (docs/sessions.md), so that there is time to act. */
export const LAG_ALERT_S = 3;
/** More lagging sessions than this are told in one line. */
const NAMED_SESSIONS = 3;

export interface Circumstances {
  readonly outage: Outage | undefined;
  readonly workers: readonly WorkerRow[];
  readonly gateways: readonly GatewayRow[];
  readonly sessions: readonly SessionReading[];
  /** Of the last minute. */
  readonly events: readonly PastEvent[];
}

/** Everything that is wrong, critical ones first. */
export function alertsOf(now: Circumstances): readonly Alert[] {
  return [
    ...redisAlerts(now.outage),
    ...workerAlerts(now.workers),
    ...gatewayAlerts(now.gateways),
    ...lagAlerts(now.sessions),
    ...eventAlerts(now.events),
  ];
}

function redisAlerts(outage: Outage | undefined): readonly Alert[] {
  if (outage === undefined) return [];
  const text = `Redis does not answer: ${outage.reason}`;
  return [{ level: 'critical', code: 'redis_unreachable', subject: '', text }];
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

function gatewayAlerts(gateways: readonly GatewayRow[]): readonly Alert[] {
  return gateways
    .filter(({ isStale }) => isStale)
    .map(({ id, beatAgeMs }) => ({
      level: 'warning',
      code: 'gateway_stale',
      subject: id,
      text: `${id} silent for ${ageText(beatAgeMs)}`,
    }));
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

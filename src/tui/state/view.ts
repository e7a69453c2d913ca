/** What the screens, the printed snapshot and the JSON document show: derived from the state, never stored. */
import {
  type GatewayRow,
  type RouterRow,
  serverRow,
  type WorkerRow,
  workerRow,
} from '../fleet/process-rows.ts';
import type { SessionReading } from '../fleet/readings.ts';
import type { TextState } from '../live-text/text-state.ts';
import { type Alert, alertsOf } from './alerts.ts';
import type { LoggedEvent } from './event-log.ts';
import type { Outage, State } from './store.ts';
import { type Totals, totalsOf } from './totals.ts';

export type Freshness = 'fresh' | 'aging' | 'stale';

export interface View {
  /** Redis has not answered yet. */
  readonly isWaiting: boolean;
  readonly dataAgeMs: number;
  readonly freshness: Freshness;
  readonly readMs: number;
  readonly outage: Outage | undefined;
  readonly totals: Totals;
  readonly workers: readonly WorkerRow[];
  readonly gateways: readonly GatewayRow[];
  readonly routers: readonly RouterRow[];
  readonly sessions: readonly SessionReading[];
  readonly alerts: readonly Alert[];
  /** Events, oldest first. */
  readonly log: readonly LoggedEvent[];
  /** Actions this is made of. */
  readonly changes: number;
  readonly text: TextState;
  readonly remark: string;
}

const AGING_MS = 3000;
const STALE_MS = 10_000;

/** The view of `state` at monotonic time `nowMs`. */
export function viewOf(state: State, nowMs: number): View {
  const { sampledAtMs, readMs, outage, events, log } = state;
  const fleet = state.fleet ?? { workers: [], gateways: [], routers: [], sessions: [] };
  const dataAgeMs = Math.max(0, nowMs - sampledAtMs);
  // While Redis is away nobody's silence can be judged, so ages stand still with the data.
  const ageOf = (name: string): number =>
    Math.max(0, sampledAtMs - (state.beats.get(name)?.atMs ?? sampledAtMs));
  const workers = fleet.workers.map((worker) => workerRow(worker, ageOf(`worker:${worker.id}`)));
  const gateways = fleet.gateways.map((gateway) => serverRow(gateway, ageOf(`gateway:${gateway.id}`)));
  const routers = fleet.routers.map((router) => serverRow(router, ageOf(`router:${router.id}`)));
  const { sessions } = fleet;
  return {
    isWaiting: state.fleet === undefined,
    dataAgeMs,
    freshness: freshnessOf(dataAgeMs),
    readMs,
    outage,
    totals: totalsOf(state, workers, gateways),
    workers,
    gateways,
    routers,
    sessions,
    alerts: alertsOf({ outage, workers, gateways, routers, sessions, events }),
    log,
    changes: state.changes,
    text: state.text,
    remark: state.remark,
  };
}

function freshnessOf(ageMs: number): Freshness {
  if (ageMs > STALE_MS) return 'stale';
  return ageMs > AGING_MS ? 'aging' : 'fresh';
}

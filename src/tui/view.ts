/** What the screens, the printed snapshot and the JSON document show: derived from the state, never stored. */
import { type Alert, alertsOf } from './alerts.ts';
import type { Latency, SessionReading } from './readings.ts';
import { type GatewayRow, gatewayRow, type WorkerRow, workerRow } from './rows.ts';
import type { Outage, State } from './store.ts';

export interface Totals {
  readonly active: number;
  readonly capacity: number;
  readonly activeHistory: readonly number[];
  readonly liveWorkers: number;
  /** Of the last minute. */
  readonly rejects: number;
  readonly failovers: number;
  /** Of the slowest gateway: percentiles of several processes cannot be added up. */
  readonly response: Latency | null;
  readonly begin: Latency | null;
  readonly maxLagS: number | null;
}

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
  readonly sessions: readonly SessionReading[];
  readonly alerts: readonly Alert[];
}

const AGING_MS = 3000;
const STALE_MS = 10_000;

/** The view of `state` at monotonic time `nowMs`. */
export function viewOf(state: State, nowMs: number): View {
  const { sampledAtMs, readMs, outage, events } = state;
  const fleet = state.fleet ?? { workers: [], gateways: [], sessions: [] };
  const dataAgeMs = Math.max(0, nowMs - sampledAtMs);
  // While Redis is away nobody's silence can be judged, so ages stand still with the data.
  const ageOf = (name: string): number =>
    Math.max(0, sampledAtMs - (state.beats.get(name)?.atMs ?? sampledAtMs));
  const workers = fleet.workers.map((worker) => workerRow(worker, ageOf(`worker:${worker.id}`)));
  const gateways = fleet.gateways.map((gateway) => gatewayRow(gateway, ageOf(`gateway:${gateway.id}`)));
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
    sessions,
    alerts: alertsOf({ outage, workers, gateways, sessions, events }),
  };
}

function freshnessOf(ageMs: number): Freshness {
  if (ageMs > STALE_MS) return 'stale';
  return ageMs > AGING_MS ? 'aging' : 'fresh';
}

function totalsOf(state: State, workers: readonly WorkerRow[], gateways: readonly GatewayRow[]): Totals {
  const live = workers.filter((worker) => worker.state !== 'LOST');
  const lags = (state.fleet?.sessions ?? []).flatMap(({ lagS }) => lagS ?? []);
  const count = (type: string): number => state.events.filter((event) => event.type === type).length;
  return {
    active: state.activeHistory.at(-1) ?? 0,
    capacity: live.reduce((sum, worker) => sum + worker.capacity, 0),
    activeHistory: state.activeHistory,
    liveWorkers: live.length,
    rejects: count('reject'),
    failovers: count('failover'),
    response: slowest(gateways.map((gateway) => gateway.response)),
    begin: slowest(gateways.map((gateway) => gateway.begin)),
    maxLagS: lags.length === 0 ? null : Math.max(...lags),
  };
}

function slowest(latencies: readonly (Latency | null)[]): Latency | null {
  const known = latencies.filter((latency) => latency !== null);
  return known.toSorted((a, b) => b.p95Ms - a.p95Ms)[0] ?? null;
}

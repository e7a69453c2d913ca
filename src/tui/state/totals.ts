/** The fleet as a few numbers. */
import type { GatewayRow, WorkerRow } from '../fleet/process-rows.ts';
import type { Latency } from '../fleet/readings.ts';
import type { State } from './store.ts';

export interface Totals {
  readonly active: number;
  readonly capacity: number;
  readonly activeHistory: readonly number[];
  readonly liveWorkers: number;
  /** Of the last minute. */
  readonly rejects: number;
  readonly failovers: number;
  /** The worst of the gateways that are not silent. */
  readonly overloadLevel: number;
  /** Clients without a slot at all of them; null where no gateway tells. */
  readonly waiting: number | null;
  /** Of the slowest gateway: percentiles of several processes cannot be added up. */
  readonly response: Latency | null;
  readonly begin: Latency | null;
  readonly maxLagS: number | null;
}

/** The totals of `state`, of which the processes were judged already. */
export function totalsOf(
  state: State,
  workers: readonly WorkerRow[],
  gateways: readonly GatewayRow[],
): Totals {
  const live = workers.filter((worker) => worker.state !== 'LOST');
  const lags = (state.fleet?.sessions ?? []).flatMap(({ lagS }) => lagS ?? []);
  const speaking = gateways.filter(({ isStale }) => !isStale);
  const waiting = speaking.flatMap((gateway) => gateway.waiting ?? []);
  const count = (type: string): number => state.events.filter((event) => event.type === type).length;
  return {
    active: state.activeHistory.at(-1) ?? 0,
    capacity: live.reduce((sum, worker) => sum + worker.capacity, 0),
    activeHistory: state.activeHistory,
    liveWorkers: live.length,
    rejects: count('reject'),
    failovers: count('failover'),
    overloadLevel: Math.max(0, ...speaking.map(({ overloadLevel }) => overloadLevel ?? 0)),
    waiting: waiting.length === 0 ? null : waiting.reduce((sum, clients) => sum + clients, 0),
    response: slowest(gateways.map((gateway) => gateway.response)),
    begin: slowest(gateways.map((gateway) => gateway.begin)),
    maxLagS: lags.length === 0 ? null : Math.max(...lags),
  };
}

function slowest(latencies: readonly (Latency | null)[]): Latency | null {
  const known = latencies.filter((latency) => latency !== null);
  return known.toSorted((a, b) => b.p95Ms - a.p95Ms)[0] ?? null;
}

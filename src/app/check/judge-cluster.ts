/** Whether a fleet can serve callers now and with something to spare. Pure. */
import type { FleetEvent } from '../../registry/ports.ts';
import { type CheckOutcome, concluded, type Problem } from './outcome.ts';

/** As `rt top` sees it, of one look. */
export interface ClusterFacts {
  readonly workers: readonly WorkerFacts[];
  readonly gateways: readonly { readonly id: string; readonly isStale: boolean }[];
  readonly routers: readonly { readonly id: string; readonly isStale: boolean }[];
  readonly totals: { readonly rejects: number; readonly failovers: number; readonly overloadLevel: number };
  readonly alerts: readonly {
    readonly level: 'critical' | 'warning';
    readonly code: string;
    readonly subject: string;
    readonly text: string;
  }[];
}

export interface WorkerFacts {
  readonly id: string;
  readonly state: string;
  readonly activeSessions: number;
  readonly capacity: number;
}

/** Least free slots, as a number or as a share of all. */
export interface SlotBound {
  readonly value: number;
  readonly isPercent: boolean;
}

export interface ClusterBounds {
  readonly warn: SlotBound;
  readonly crit: SlotBound;
  /** Workers that left as they should: they are listed for a while and are not missed. */
  readonly left: ReadonlySet<string>;
}

/** Ids of workers whose last departure was their own. */
export function leftInOrder(events: readonly FleetEvent[]): ReadonlySet<string> {
  const last = new Map(
    events.flatMap(({ type, workerId, reason }) =>
      type === 'worker.offline' && workerId !== undefined ? [[workerId, reason] as const] : [],
    ),
  );
  return new Set([...last].filter(([, reason]) => reason === 'deregistered').map(([id]) => id));
}

/** Told by figures of their own, or in another way. */
const TOLD_OTHERWISE = ['worker_lost', 'capacity_full'];

export function judgeCluster(facts: ClusterFacts, { warn, crit, left }: ClusterBounds): CheckOutcome {
  const serving = facts.workers.filter(({ state }) => state === 'READY' || state === 'BUSY');
  const lost = facts.workers.filter(({ state, id }) => state === 'LOST' && !left.has(id));
  const gateways = facts.gateways.filter(({ isStale }) => !isStale);
  const slots = serving.reduce((sum, { capacity }) => sum + capacity, 0);
  const free = serving.reduce((sum, worker) => sum + Math.max(0, worker.capacity - worker.activeSessions), 0);
  const slotsOf = ({ value, isPercent }: SlotBound): number =>
    isPercent ? Math.ceil((slots * value) / 100) : value;
  const count = (of: readonly unknown[]): number => of.length;
  return concluded({
    check: 'cluster',
    subject: '',
    summary: `${plural(count(serving), 'worker')}, ${free} of ${plural(slots, 'slot')} free, ${plural(count(gateways), 'gateway')}`,
    problems: [...absences(serving, gateways), ...losses(lost), ...alarms(facts)],
    measures: [
      { name: 'workers', help: 'Workers that serve', unit: '', value: count(serving) },
      {
        name: 'workers_lost',
        help: 'Workers that vanished within the last hour',
        unit: '',
        value: count(lost),
      },
      { name: 'gateways', help: 'Gateways that tell of themselves', unit: '', value: count(gateways) },
      {
        name: 'gateways_stale',
        help: 'Gateways that have stopped telling of themselves',
        unit: '',
        value: count(facts.gateways) - count(gateways),
      },
      { name: 'routers', help: 'Routers', unit: '', value: count(facts.routers) },
      { name: 'slots', help: 'Slots of workers that serve', unit: '', value: slots },
      {
        name: 'slots_free',
        help: 'Slots no session holds',
        unit: '',
        value: free,
        bound: { side: 'least', warn: slotsOf(warn), crit: slotsOf(crit) },
      },
      {
        name: 'rejects_per_minute',
        help: 'Refused sessions of the last minute',
        unit: '',
        value: facts.totals.rejects,
      },
      {
        name: 'failovers_per_minute',
        help: 'Sessions that lost their worker in the last minute',
        unit: '',
        value: facts.totals.failovers,
      },
      {
        name: 'overload_level',
        help: 'Of the most loaded gateway, 0 to 3',
        unit: '',
        value: facts.totals.overloadLevel,
      },
    ],
  });
}

function absences(workers: readonly unknown[], gateways: readonly unknown[]): readonly Problem[] {
  return [
    ...(workers.length === 0 ? [{ state: 'critical', text: 'no worker serves' } as const] : []),
    ...(gateways.length === 0 ? [{ state: 'critical', text: 'no gateway tells of itself' } as const] : []),
  ];
}

/** While others serve, what was lost is a warning: callers are served, and records stay for an hour. */
function losses(lost: readonly WorkerFacts[]): readonly Problem[] {
  if (lost.length === 0) return [];
  const ids = lost.slice(0, 5).map(({ id }) => id);
  return [
    {
      state: 'warning',
      text: `${plural(lost.length, 'worker')} lost: ${ids.join(', ')}${lost.length > 5 ? ' …' : ''}`,
    },
  ];
}

function alarms({ alerts }: ClusterFacts): readonly Problem[] {
  return alerts
    .filter(({ code }) => !TOLD_OTHERWISE.includes(code))
    .map(({ level, text }) => ({ state: level, text }));
}

function plural(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

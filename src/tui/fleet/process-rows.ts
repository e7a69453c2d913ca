/** Processes as the screens list them: their readings, judged by how long they have been silent. */
import type { GatewayReading, RouterReading, WorkerReading } from './readings.ts';

export type WorkerState = 'READY' | 'BUSY' | 'CORDON' | 'DRAIN' | 'LOST';

export interface WorkerRow extends WorkerReading {
  readonly state: WorkerState;
  /** As of the last look. */
  readonly beatAgeMs: number;
}

/** A gateway or a router, by how long it has been silent. */
interface Watched {
  readonly isStale: boolean;
  readonly beatAgeMs: number;
}

export type GatewayRow = GatewayReading & Watched;
export type RouterRow = RouterReading & Watched;

/** Leases last three beats; one more is granted, because a beat is seen only when looked for. */
const MISSED_BEATS = 4;

const STATE_WORDS: Readonly<Record<WorkerReading['status'], WorkerState>> = {
  ready: 'READY',
  busy: 'BUSY',
  draining: 'DRAIN',
  offline: 'LOST',
};

const WISH_WORDS: Readonly<Record<Exclude<WorkerReading['wish'], 'none'>, WorkerState>> = {
  cordon: 'CORDON',
  drain: 'DRAIN',
};

/** LOST when the registry says so, and when nobody is there to tell the registry. */
export function workerRow(worker: WorkerReading, beatAgeMs: number): WorkerRow {
  const isSilent = beatAgeMs > MISSED_BEATS * worker.beatMs;
  return { ...worker, beatAgeMs, state: isSilent ? 'LOST' : stateOf(worker) };
}

/** A wish counts from the moment it stands in the registry: from then on the worker gets no session. */
function stateOf({ status, wish }: WorkerReading): WorkerState {
  const isServing = status === 'ready' || status === 'busy';
  return isServing && wish !== 'none' ? WISH_WORDS[wish] : STATE_WORDS[status];
}

/** Stale when it has stopped telling of itself. */
export function serverRow<Reading extends RouterReading>(
  reading: Reading,
  beatAgeMs: number,
): Reading & Watched {
  return { ...reading, beatAgeMs, isStale: beatAgeMs > MISSED_BEATS * reading.beatMs };
}

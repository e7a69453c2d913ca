/** The fleet in a few numbers, for whoever decides whether it needs more workers. Pure. */
import type { WorkerView } from '../../registry/ports.ts';
import { slotsInService } from '../../registry/slots.ts';

export interface FleetStatus {
  readonly schema: 'rt.status/v1';
  /** `available`: a slot is free; `full`: none is; `no_workers`: nobody serves. */
  readonly status: 'available' | 'full' | 'no_workers';
  readonly workers: Readonly<Record<WorkerView['status'], number>>;
  /** Slots of workers that take sessions, and how many of them are held. */
  readonly capacity: number;
  readonly active_sessions: number;
  readonly available: number;
  /** Names and aliases a session may ask for now. */
  readonly models: readonly string[];
}

export function fleetStatus(workers: readonly WorkerView[]): FleetStatus {
  const count = (status: WorkerView['status']): number =>
    workers.filter((worker) => worker.status === status).length;
  const serving = workers.filter(({ status }) => status === 'ready' || status === 'busy');
  const capacity = serving.reduce((sum, worker) => sum + slotsInService(worker), 0);
  const free = serving.reduce(
    (sum, worker) => sum + Math.max(0, slotsInService(worker) - worker.activeSessions),
    0,
  );
  const someStatus = free > 0 ? 'available' : 'full';
  return {
    schema: 'rt.status/v1',
    status: serving.length === 0 ? 'no_workers' : someStatus,
    workers: {
      ready: count('ready'),
      busy: count('busy'),
      draining: count('draining'),
      offline: count('offline'),
    },
    capacity,
    active_sessions: workers.reduce((sum, { activeSessions }) => sum + activeSessions, 0),
    available: free,
    models: [...new Set(serving.flatMap(({ models }) => models))].sort(),
  };
}

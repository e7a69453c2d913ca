/** The fleet as a router shows it on /metrics, read at each scrape. */
import type { FleetView, WorkerStatus } from '../registry/ports.ts';
import { slotsInService } from '../registry/slots.ts';
import type { Exporter } from './prometheus.ts';

const STATUSES: readonly WorkerStatus[] = ['ready', 'busy', 'draining', 'offline'];

export interface WatchedFleet {
  readonly fleet: Pick<FleetView, 'workers'>;
  /** Whether the registry takes writes; one that does not is not up, though its figures can be read. */
  readonly takesWrites: () => boolean;
}

/** Adds the figures of the fleet to what `exporter` serves. */
export function watchFleet(exporter: Exporter, { fleet, takesWrites }: WatchedFleet): void {
  const { metrics } = exporter;
  const isUp = metrics.gauge({
    name: 'rt_fleet_up',
    help: 'Whether the registry answered this scrape and takes writes',
  });
  const workers = metrics.gauge({ name: 'rt_fleet_workers', help: 'Workers by status' }, ['status']);
  const slots = metrics.gauge({ name: 'rt_fleet_slots', help: 'Slots of ready and busy workers' });
  const taken = metrics.gauge({ name: 'rt_fleet_slots_taken', help: 'Slots held by sessions' });
  exporter.onScrape(async () => {
    // Figures of a fleet nobody can see stay as they were; rt_fleet_up says so.
    const known = await fleet.workers().catch(() => undefined);
    isUp.set(known !== undefined && takesWrites() ? 1 : 0);
    if (known === undefined) return;
    for (const status of STATUSES) {
      workers.set(known.filter((worker) => worker.status === status).length, { status });
    }
    slots.set(known.reduce((sum, worker) => sum + slotsInService(worker), 0));
    taken.set(known.reduce((sum, { activeSessions }) => sum + activeSessions, 0));
  });
}

/** The sweep as gateways and routers run it: counted, and ended with the process. */
import { createSweeper } from '../router/sweeper.ts';
import type { SessionLedger } from '../registry/ports.ts';
import type { ProcessContext } from './process-context.ts';

/** How often a gateway sweeps, which works without any router. */
export const GATEWAY_SWEEP_MS = 2_000;

export async function startSweeping(
  { clock, log, exporter, closing }: ProcessContext,
  sweep: { readonly ledger: SessionLedger; readonly intervalMs: number },
): Promise<void> {
  const found = exporter.metrics.counter(
    { name: 'rt_sweep_events_total', help: 'Expired workers and sessions this process was first to report' },
    ['type'],
  );
  const ledger = {
    workers: () => sweep.ledger.workers(),
    async sweep() {
      const events = await sweep.ledger.sweep();
      for (const { type } of events) found.add(1, { type });
      return events;
    },
  };
  const sweeper = createSweeper({ ledger, clock, logger: log, intervalMs: sweep.intervalMs });
  await sweeper.start();
  closing.add('sweeper', () => sweeper.stop('the process ends'));
}

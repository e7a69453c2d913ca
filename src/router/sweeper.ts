/**
 * Calls the ledger's sweep again and again. Any number of processes may do this: each fact is
 * reported once by whoever comes first.
 *
 * After an outage the first sweep waits one session lease. Leases run on while the store cannot be
 * reached, so sweeping at once would declare dead every session whose owner could not renew.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Service } from '../base/service.ts';
import { SESSION_LEASE_MS } from '../registry/leases.ts';
import type { SessionLedger } from '../registry/ports.ts';

export interface SweeperOptions {
  readonly ledger: Pick<SessionLedger, 'sweep' | 'workers'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** How long owners get to renew after an outage. */
  readonly graceMs?: number;
  /** Uniform in [0, 1); spreads several sweepers. */
  readonly random?: () => number;
}

/** A sweeper that runs between `start` and `stop`. */
export function createSweeper(options: SweeperOptions): Service {
  const { clock, intervalMs, random = Math.random } = options;
  const stopped = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    const step = createSweep(options);
    while (!stopped.signal.aborted) {
      await step();
      await clock.sleep(intervalMs * (0.8 + 0.4 * random()), stopped.signal).catch(() => {});
    }
  }

  return {
    start() {
      running = run();
      return Promise.resolve();
    },
    async stop(reason) {
      stopped.abort(new Error(reason));
      await running;
    },
  };
}

/** One step: sweep, or find out whether the store is back, or wait until owners had their chance. */
function createSweep({
  ledger,
  clock,
  logger,
  graceMs = SESSION_LEASE_MS,
}: SweeperOptions): () => Promise<void> {
  let isAway = false;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  return async () => {
    try {
      // A read, because only a store known to answer may be swept.
      if (isAway) await ledger.workers();
      if (isAway) {
        isAway = false;
        notBeforeMs = clock.nowMs() + graceMs;
        logger.info('the registry answers again, sweeping resumes after a grace', { graceMs });
      }
      if (clock.nowMs() < notBeforeMs) return;
      const events = await ledger.sweep();
      if (events.length > 0) logger.info('swept', { events: events.length });
    } catch (error) {
      if (!isAway) logger.warn('sweep failed, the registry does not answer', { error: messageOf(error) });
      isAway = true;
    }
  };
}

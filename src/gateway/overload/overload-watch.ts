/**
 * Follows how overloaded this gateway is. One look a second; whoever wants to know reads `level`, which costs nothing.
 *
 * Always true: a look never waits for the registry, whose last answer counts; without one workers count as fine.
 */
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { SessionLedger, WorkerView } from '../../registry/ports.ts';
import { type LevelState, NORMAL, nextLevel, type OverloadLevel } from './levels.ts';
import type { ResourceMonitor } from './resource-monitor.ts';

export const LOOK_MS = 1000;

export interface OverloadWatch {
  readonly level: OverloadLevel;
  look(): Promise<void>;
}

export interface OverloadWatchParts {
  readonly monitor: Pick<ResourceMonitor, 'read'>;
  readonly ledger: Pick<SessionLedger, 'workers'>;
  readonly laggingSessions: () => number;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createOverloadWatch(parts: OverloadWatchParts): OverloadWatch {
  const { monitor, ledger, clock, log } = parts;
  let state: LevelState = NORMAL;
  let load = 0;
  let isAsking = false;

  const askWorkers = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    load = await ledger.workers().then(workerLoad, () => 0);
    isAsking = false;
  };

  return {
    get level() {
      return state.level;
    },
    async look() {
      void askWorkers();
      try {
        const resources = await monitor.read();
        const readings = { ...resources, laggingSessions: parts.laggingSessions(), workerLoad: load };
        const former = state.level;
        state = nextLevel(state, { readings, nowMs: clock.nowMs() });
        if (state.level !== former) log.warn('overload level', { level: state.level, former, ...readings });
      } catch (error) {
        log.error('overload not measured', { error: messageOf(error) });
      }
    },
  };
}

/** Sessions for each slot, over all workers that take sessions; 0 without such. */
function workerLoad(workers: readonly WorkerView[]): number {
  const serving = workers.filter(({ status }) => status === 'ready' || status === 'busy');
  const slots = serving.reduce((sum, { capacity }) => sum + capacity, 0);
  const sessions = serving.reduce((sum, { activeSessions }) => sum + activeSessions, 0);
  return slots === 0 ? 0 : sessions / slots;
}

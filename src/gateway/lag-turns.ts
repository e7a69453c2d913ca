/**
 * The order in which sessions leave slow workers, and where none of them goes. All sessions of a slow worker lag at
 * the same moment: let go together they would be as many too many elsewhere, while a few may be enough for the rest.
 */
import type { WorkerId } from '../base/ids.ts';
import type { LagLimits } from './ports.ts';

/** Between two sessions that leave one worker. */
export const TURN_MS = 250;

export interface LagTurns {
  /**
   * The workers a session with this lag must not go to; undefined while it is not its turn. Whose end is near (beyond
   * the hard limit) waits for no turn.
   */
  take(session: { readonly workerId: WorkerId; readonly lagMs: number }): ReadonlySet<WorkerId> | undefined;
}

export interface LagTurnsParts {
  /** All that are served now. */
  readonly sessions: Iterable<{ readonly workerId: WorkerId | undefined; readonly lagS: number }>;
  readonly limits: Pick<LagLimits, 'warnMs' | 'hardMs'>;
  readonly nowMs: () => number;
}

export function createLagTurns({ sessions, limits, nowMs }: LagTurnsParts): LagTurns {
  const lastMs = new Map<WorkerId, number>();
  return {
    take({ workerId, lagMs }) {
      const atMs = nowMs();
      for (const [id, turnMs] of lastMs) if (atMs - turnMs >= TURN_MS) lastMs.delete(id);
      if (lastMs.has(workerId) && lagMs <= limits.hardMs) return undefined;
      lastMs.set(workerId, atMs);
      return new Set([workerId, ...lateWorkers(sessions, limits.warnMs / 2)]);
    },
  };
}

/** Workers with a session whose lag is greater; what is half-way to a warning will soon be no better. */
function lateWorkers(sessions: LagTurnsParts['sessions'], lagMs: number): readonly WorkerId[] {
  return [...sessions].flatMap(({ workerId, lagS }) => (workerId && lagS * 1000 > lagMs ? [workerId] : []));
}

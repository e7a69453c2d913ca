/**
 * Follows one session's lag: says what the client is told of it, and has the session leave a worker that is too slow
 * while there is a better one (docs/sessions.md, SES-20 ff, FLO-16 ff).
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { RtError } from '../base/errors.ts';
import type { WorkerId } from '../base/ids.ts';
import type { Warning } from '../protocol/server-messages.ts';
import { type LagState, nextLag, startLag } from './lag.ts';
import { leftLately, moved, NEVER_MOVED, nextLagMove, triedToMove } from './lag-move.ts';
import type { LagTurns } from './lag-turns.ts';
import type { WorkerLine } from './line/ports.ts';
import type { LagLimits } from './ports.ts';

export interface LagWatch {
  readonly lagS: number;
  look(nowMs: number): Warning | RtError | undefined;
}

export interface LagWatchParts {
  readonly limits: LagLimits;
  readonly line: Pick<WorkerLine, 'decodedSample' | 'isCatchingUp' | 'workerId' | 'handOver'>;
  /** Seconds of audio that arrived. */
  readonly receivedS: () => number;
  readonly turns: LagTurns;
  readonly nowMs: () => number;
  /** The session has left a slow worker. */
  readonly onMoved: () => void;
}

export function createLagWatch({ limits, line, receivedS, turns, nowMs, onMoved }: LagWatchParts): LagWatch {
  let lag: LagState = startLag(nowMs());
  let moves = NEVER_MOVED;

  const considerMoving = (atMs: number): void => {
    const look = { nowMs: atMs, lagMs: lag.lagS * 1000, decodedSample: line.decodedSample };
    const { state, verdict } = nextLagMove(moves, look, limits.warnMs);
    moves = state;
    if (verdict === 'stay') return;
    const from = line.workerId;
    const late = turns.take({ workerId: from, lagMs: look.lagMs });
    if (!late) return;
    moves = triedToMove(moves, atMs);
    void move(from, new Set([...late, ...leftLately(moves, atMs)]));
  };
  const move = async (from: WorkerId, avoid: ReadonlySet<string>): Promise<void> => {
    if ((await line.handOver({ why: 'lag', avoid, priority: 'normal' })) === 'stays') return;
    moves = moved(moves, from, nowMs());
    onMoved();
  };

  return {
    get lagS() {
      return lag.lagS;
    },
    look(atMs) {
      const decodedS = line.decodedSample / SAMPLE_RATE;
      // Audio is being heard again that had been heard: the session counts as caught up.
      if (line.isCatchingUp) {
        lag = { ...startLag(atMs), sinceS: decodedS };
        return undefined;
      }
      const { state, action } = nextLag(lag, { nowMs: atMs, arrivedS: receivedS(), decodedS }, limits);
      lag = state;
      if (action !== 'end') considerMoving(atMs);
      if (action === 'none') return undefined;
      const message = `Decoding is ${state.lagS.toFixed(1)} s behind the audio`;
      if (action === 'end') return new RtError('lag_exceeded', message);
      const lagS = Math.round(state.lagS * 1000) / 1000;
      return { type: 'warning', code: 'processing_lag', message, lag_s: lagS };
    },
  };
}

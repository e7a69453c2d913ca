/** Follows one session's lag and turns what it decides into what the client is told. */
import { RtError } from '../base/errors.ts';
import type { Warning } from '../protocol/server-messages.ts';
import { type LagLook, type LagState, nextLag, startLag } from './lag.ts';
import type { LagLimits } from './ports.ts';

export interface LagWatch {
  readonly lagS: number;
  look(look: LagLook): Warning | RtError | undefined;
  /** The session counts as caught up: audio is being heard again that had been heard. */
  startAgain(nowMs: number, decodedS: number): void;
}

export function createLagWatch(limits: LagLimits, nowMs: number): LagWatch {
  let current: LagState = startLag(nowMs);
  return {
    get lagS() {
      return current.lagS;
    },
    startAgain(nowMs, decodedS) {
      current = { ...startLag(nowMs), sinceS: decodedS };
    },
    look(look) {
      const { state, action } = nextLag(current, look, limits);
      current = state;
      if (action === 'none') return undefined;
      const message = `Decoding is ${state.lagS.toFixed(1)} s behind the audio`;
      if (action === 'end') return new RtError('lag_exceeded', message);
      const lagS = Math.round(state.lagS * 1000) / 1000;
      return { type: 'warning', code: 'processing_lag', message, lag_s: lagS };
    },
  };
}

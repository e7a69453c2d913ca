/** How an opened session went from beat to beat of its gateway. */
import type { SessionReading } from '../fleet/readings.ts';

export interface SessionHistory {
  /** ISO-8601 of the gateway's last beat that was seen, by that gateway's clock. */
  readonly stamp: string;
  readonly audioS: number | null;
  /** Seconds of audio per second, oldest first. */
  readonly paces: readonly number[];
  /** Seconds. */
  readonly lags: readonly number[];
}

export const NO_HISTORY: SessionHistory = { stamp: '', audioS: null, paces: [], lags: [] };

const MOST_BEATS = 60;

/** The history after a look; a look between two beats adds nothing. */
export function historyAfter(
  before: SessionHistory,
  { audioS, lagS }: SessionReading,
  stamp: string,
): SessionHistory {
  if (stamp === before.stamp) return before;
  // Both times are of the gateway's own clock, so their difference is how long the beat took.
  const passedS = (Date.parse(stamp) - Date.parse(before.stamp)) / 1000;
  const heardS = audioS === null || before.audioS === null ? Number.NaN : audioS - before.audioS;
  const pace = passedS > 0 && heardS >= 0 ? [heardS / passedS] : [];
  return {
    stamp,
    audioS,
    paces: [...before.paces, ...pace].slice(-MOST_BEATS),
    lags: lagS === null ? before.lags : [...before.lags, lagS].slice(-MOST_BEATS),
  };
}

/**
 * When those who are refused shall come again: the later, the more of them there are.
 *
 * A refusal costs a connection, a handshake and a look for a worker. Clients that come again every two seconds take,
 * when there are hundreds, more of a machine than the sessions it serves; so they are spread until all of them
 * together ask so often as is answered in passing. In a time as long as the mean advice each comes about once:
 * how many came in it is how many there are.
 */
import type { Clock } from '../../base/clock.ts';
import type { OverloadLevel } from './levels.ts';

export interface RetryAdvice {
  /** Milliseconds for one who is refused now. */
  next(level: OverloadLevel): number;
}

export interface RetryAdviceParts {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Mean advice of a gateway that refuses few. */
const LEAST_MS = { 0: 2000, 1: 2000, 2: 4000, 3: 10_000 } as const;
const MOST_MS = 20_000;
/** Refusals a second that nobody else notices. */
const IN_PASSING_PER_S = 20;
/** Of the mean, to either side: those who were refused together do not return together. */
const SPREAD = 0.5;

export function createRetryAdvice({ clock, random }: RetryAdviceParts): RetryAdvice {
  let sinceMs = clock.nowMs();
  let windowMs: number = LEAST_MS[0];
  let refused = 0;
  let refusedBefore = 0;
  const meanMs = (level: OverloadLevel): number => {
    const crowdMs = (Math.max(refused, refusedBefore) / IN_PASSING_PER_S) * 1000;
    return Math.min(MOST_MS, Math.max(LEAST_MS[level], crowdMs));
  };
  return {
    next(level) {
      const nowMs = clock.nowMs();
      const passedMs = nowMs - sinceMs;
      if (passedMs >= windowMs) {
        // After a pause longer than that there is no crowd left.
        refusedBefore = passedMs < 2 * windowMs ? refused : 0;
        refused = 0;
        sinceMs = nowMs;
        windowMs = meanMs(level);
      }
      refused++;
      return Math.round(meanMs(level) * (1 - SPREAD + 2 * SPREAD * random()));
    },
  };
}

/** From what the store says of each session to what its owner is told of all. */
import type { SessionId } from '../base/ids.ts';
import type { Renewal } from './ports.ts';

/** A pair where it was renewed and somebody wants it to end: `unwanted` and why. */
export type RenewalOutcome = 'renewed' | 'lost' | readonly [verdict: string, reason: string];

/** @param outcomes of `sessions`, in their order */
export function renewalOf(
  sessions: readonly { readonly id: SessionId }[],
  outcomes: readonly RenewalOutcome[],
): Renewal {
  return {
    lost: sessions.filter((_, i) => outcomes[i] === 'lost').map(({ id }) => id),
    unwanted: sessions.flatMap(({ id }, i) => {
      const outcome = outcomes[i];
      return typeof outcome === 'object' ? [{ id, reason: outcome[1] }] : [];
    }),
  };
}

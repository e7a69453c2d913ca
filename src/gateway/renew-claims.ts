/** Repeats the claims of a gateway's sessions, and does what the store answers of each. */
import { messageOf } from '../base/errors.ts';
import type { GatewayId } from '../base/ids.ts';
import type { Logger } from '../base/log.ts';
import { SESSION_LEASE_MS } from '../registry/leases.ts';
import type { SessionLedger } from '../registry/ports.ts';
import type { GatewaySession } from './session.ts';

export interface ClaimParts {
  readonly id: GatewayId;
  readonly ledger: Pick<SessionLedger, 'renew'>;
  readonly log: Logger;
  readonly sessions: Iterable<
    Pick<GatewaySession, 'id' | 'renewal' | 'renewed' | 'superseded' | 'endInOrder'>
  >;
}

/** Whoever is told that a claim is another's lets the session go; one that nobody wants any more is ended in order. */
export async function renewClaims({ id, ledger, log, sessions }: ClaimParts): Promise<void> {
  const all = [...sessions];
  const claims = all.flatMap((session) => session.renewal() ?? []);
  if (claims.length === 0) return;
  try {
    const { lost, unwanted } = await ledger.renew(id, claims, SESSION_LEASE_MS);
    const isLost = new Set<string>(lost);
    const endReasons = new Map<string, string>(unwanted.map((session) => [session.id, session.reason]));
    const claimed = new Map(claims.map((claim) => [claim.id, claim]));
    for (const session of all) {
      const claim = claimed.get(session.id);
      if (!claim) continue;
      if (isLost.has(session.id)) {
        session.superseded(claim.epoch);
        continue;
      }
      session.renewed(claim.committed);
      const reason = endReasons.get(session.id);
      if (reason !== undefined) session.endInOrder(reason);
    }
  } catch (error) {
    // Running sessions need no registry; the next renewal writes what this one could not.
    log.debug('leases not renewed', { error: messageOf(error) });
  }
}

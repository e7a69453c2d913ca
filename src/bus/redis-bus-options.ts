/** What the bus borrows from whoever owns the connections. */
import type { Redis } from 'ioredis';
import type { Clock } from '../base/clock.ts';
import type { SessionId } from '../base/ids.ts';

export interface RedisBusOptions {
  /** For requests; must fail fast and never queue. Not closed by the bus. */
  readonly redis: Redis;
  /** A connection of the bus's own, which it disconnects. */
  readonly openConnection: (purpose: 'blocking' | 'subscriber') => Redis;
  /** Name of a session's stream. */
  readonly journalKey: (session: SessionId) => string;
  readonly clock: Clock;
}

/** Journal and channels on Redis. Whoever composes the process lends the connections. */
import type { Redis } from 'ioredis';
import type { Clock } from '../base/clock.ts';
import type { SessionId } from '../base/ids.ts';
import type { Bus } from './ports.ts';
import { createRedisChannels } from './redis-pubsub.ts';
import { createRedisJournal } from './redis-streams.ts';

export interface RedisBusOptions {
  /** For requests; must fail fast and never queue. Not closed by the bus. */
  readonly redis: Redis;
  /** A connection of the bus's own, which it disconnects. */
  readonly openConnection: (purpose: 'blocking' | 'subscriber') => Redis;
  /** Name of a session's stream. */
  readonly journalKey: (session: SessionId) => string;
  readonly clock: Clock;
}

/** A bus on connections of the given policy. */
export function createRedisBus(options: RedisBusOptions): Bus {
  const stopped = new AbortController();
  const channels = createRedisChannels(options);
  return {
    journal: createRedisJournal(options, stopped.signal),
    channels,
    stop() {
      stopped.abort();
      channels.stop();
      return Promise.resolve();
    },
  };
}

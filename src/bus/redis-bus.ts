/** Journal and channels on Redis. Whoever composes the process lends the connections. */
import type { Bus } from './ports.ts';
import type { RedisBusOptions } from './redis-bus-options.ts';
import { createRedisChannels } from './redis-pubsub.ts';
import { createRedisJournal } from './redis-streams.ts';

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

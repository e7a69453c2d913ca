/**
 * Live channels over Redis pub/sub. All subscriptions of a process share one connection, opened by
 * the first; each pattern is subscribed once and fanned out to bounded queues, so one slow reader
 * loses its own oldest messages and nobody else's.
 */
import type { Redis } from 'ioredis';
import { createBoundedQueue } from './bounded-queue.ts';
import { CHANNEL_BACKLOG } from './limits.ts';
import type { Channels } from './ports.ts';
import type { RedisBusOptions } from './redis-bus-options.ts';
import { unavailable } from './unavailable.ts';

type Deliver = (message: { readonly channel: string; readonly message: string }) => void;

export interface RedisChannels extends Channels {
  stop(): void;
}

/** The channels port over PUBLISH and PSUBSCRIBE. */
export function createRedisChannels({ redis, openConnection }: RedisBusOptions): RedisChannels {
  const subscribers = new Map<string, Set<Deliver>>();
  let connection: Redis | undefined;

  function subscriber(): Redis {
    if (connection) return connection;
    connection = openConnection('subscriber');
    connection.on('pmessage', (pattern: string, channel: string, message: string) => {
      for (const deliver of subscribers.get(pattern) ?? []) deliver({ channel, message });
    });
    return connection;
  }

  // The connection queues both commands while Redis is away and repeats subscriptions when it is back;
  // they reject only when the process lets the connection go.
  function add(pattern: string, deliver: Deliver): void {
    const known = subscribers.get(pattern);
    if (known) {
      known.add(deliver);
      return;
    }
    subscribers.set(pattern, new Set([deliver]));
    subscriber()
      .psubscribe(pattern)
      .catch(() => {});
  }

  function remove(pattern: string, deliver: Deliver): void {
    const known = subscribers.get(pattern);
    known?.delete(deliver);
    if (!known || known.size > 0) return;
    subscribers.delete(pattern);
    connection?.punsubscribe(pattern).catch(() => {});
  }

  return {
    async publish(channel, message) {
      try {
        await redis.publish(channel, message);
      } catch (error) {
        throw unavailable(error);
      }
    },
    subscribe(pattern, signal) {
      const queue = createBoundedQueue<Parameters<Deliver>[0]>(CHANNEL_BACKLOG, signal);
      if (!signal.aborted) add(pattern, queue.push);
      signal.addEventListener('abort', () => remove(pattern, queue.push), { once: true });
      return queue.items;
    },
    stop: () => connection?.disconnect(),
  };
}

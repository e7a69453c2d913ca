/**
 * Live channels over Redis pub/sub. All subscriptions of a process share one connection, opened by
 * the first; each pattern is subscribed once and fanned out to bounded queues, so one slow reader
 * loses its own oldest messages and nobody else's.
 *
 * A name without wildcards is subscribed as the channel it is: that costs Redis less per message, and a user who may
 * read `transcription-stream:*` may also read one of them, which Redis does not grant to patterns.
 */
import type { Redis } from 'ioredis';
import { type BoundedQueue, createBoundedQueue } from './bounded-queue.ts';
import { CHANNEL_BACKLOG } from './limits.ts';
import type { Channels } from './ports.ts';
import type { RedisBusOptions } from './redis-bus-options.ts';
import { unavailable } from './unavailable.ts';

type Reader = BoundedQueue<{ readonly channel: string; readonly message: string }>;

export interface RedisChannels extends Channels {
  stop(): void;
}

const WILDCARD = /[*?[\]\\]/;

/** The channels port over PUBLISH and SUBSCRIBE or PSUBSCRIBE. */
export function createRedisChannels({ redis, openConnection }: RedisBusOptions): RedisChannels {
  const readers = new Map<string, Set<Reader>>();
  let connection: Redis | undefined;

  const deliver = (pattern: string, channel: string, message: string): void => {
    for (const reader of readers.get(pattern) ?? []) reader.push({ channel, message });
  };
  function subscriber(): Redis {
    if (connection) return connection;
    connection = openConnection('subscriber');
    connection.on('pmessage', deliver);
    connection.on('message', (channel: string, message: string) => deliver(channel, channel, message));
    return connection;
  }

  /** Redis says no; no answer, because the process lets the connection go, is none. */
  function refuse(pattern: string, error: unknown): void {
    if (!(error instanceof Error) || error.name !== 'ReplyError') return;
    for (const reader of readers.get(pattern) ?? []) reader.fail(unavailable(error));
    readers.delete(pattern);
  }

  // The connection queues both commands while Redis is away and repeats subscriptions when it is back.
  function add(pattern: string, reader: Reader): void {
    const known = readers.get(pattern);
    if (known) {
      known.add(reader);
      return;
    }
    readers.set(pattern, new Set([reader]));
    const asked = WILDCARD.test(pattern) ? subscriber().psubscribe(pattern) : subscriber().subscribe(pattern);
    asked.catch((error: unknown) => refuse(pattern, error));
  }

  function remove(pattern: string, reader: Reader): void {
    const known = readers.get(pattern);
    if (!known?.delete(reader) || known.size > 0) return;
    readers.delete(pattern);
    const asked = WILDCARD.test(pattern)
      ? connection?.punsubscribe(pattern)
      : connection?.unsubscribe(pattern);
    asked?.catch(() => {});
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
      const reader: Reader = createBoundedQueue(CHANNEL_BACKLOG, signal);
      if (!signal.aborted) add(pattern, reader);
      signal.addEventListener('abort', () => remove(pattern, reader), { once: true });
      return reader.items;
    },
    stop: () => connection?.disconnect(),
  };
}

/**
 * Hears from the Sentinels that the master moved, and has the connections of a process dial again. Without it a
 * connection to a master that was cut off from the rest, but not from us, would go on writing what will be lost.
 *
 * One subscription for each Sentinel, whatever the number of connections. (The detector of the client library opens
 * that many for each connection, and prints to stderr as long as one Sentinel is down.) Always true: a connection that
 * is already where the Sentinels point is left alone, since each of them reports the same move in its own time.
 */
import type { RedisOptions } from 'ioredis';
import type { Clock } from '../base/clock.ts';
import { Redis } from './redis-client.ts';
import { keepPulse } from './subscriber-pulse.ts';

const CHANNEL = '+switch-master';

export interface FailoverWatch {
  stop(): void;
}

export interface FailoverWatchOptions {
  /** `sentinels`, `name` and what belongs to them. */
  readonly target: RedisOptions;
  /** How to talk to a Sentinel. */
  readonly policy: RedisOptions;
  readonly clock: Clock;
  /** The connections as they are at that moment. */
  readonly connections: () => Iterable<Redis>;
}

/** Subscribes at once; does nothing for a target without Sentinels. */
export function watchFailover({ target, policy, clock, connections }: FailoverWatchOptions): FailoverWatch {
  const clients = (target.sentinels ?? []).map(({ host, port }) => {
    const client = new Redis({
      ...policy,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(target.sentinelUsername === undefined ? {} : { username: target.sentinelUsername }),
      ...(target.sentinelPassword === undefined ? {} : { password: target.sentinelPassword }),
      ...(target.sentinelTLS === undefined ? {} : { tls: target.sentinelTLS }),
      enableReadyCheck: false,
      replyMapping: 'legacy',
    });
    // One Sentinel that is down is no trouble: the others report, and it is dialled again in the background.
    client.on('error', () => {});
    client.on('message', (_channel: string, text: string) => {
      const master = parseSwitch(text);
      if (master.name !== target.name) return;
      for (const redis of connections()) if (isElsewhere(redis, master)) redis.disconnect(true);
    });
    client.subscribe(CHANNEL).catch(() => {});
    keepPulse(client, clock);
    return client;
  });
  return {
    stop() {
      for (const client of clients) client.disconnect();
    },
  };
}

interface Master {
  readonly name: string | undefined;
  readonly host: string | undefined;
  readonly port: number;
}

/** `NAME OLD_HOST OLD_PORT NEW_HOST NEW_PORT`. */
function parseSwitch(text: string): Master {
  const [name, , , host, port] = text.split(' ');
  return { name, host, port: Number(port) };
}

/** A connection that is still being dialled asks the Sentinels itself, and must not be disturbed: it would end. */
function isElsewhere({ status, stream }: Redis, { host, port }: Master): boolean {
  if (status !== 'ready' && status !== 'connect') return false;
  const { remoteAddress, remotePort } = 'remotePort' in stream ? stream : {};
  return remotePort !== port || remoteAddress !== host;
}

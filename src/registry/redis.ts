/**
 * Connection policy: how this product talks to Redis.
 *
 * Requests fail within 1.5 s and are never queued or sent twice: a caller who hears nothing must
 * decide itself, and a script that ran unheard is repaired by leases. Reconnecting goes on for
 * ever in the background, and asks the Sentinels, where there are any, who the master is now. Blocking
 * reads and subscriptions get connections of their own, so that a request never waits behind them.
 * Cluster is refused: scripts touch keys of several slots.
 */
import { Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type FailoverWatch, watchFailover } from './failover-watch.ts';
import { judgeRedis, type RedisFinding } from './judge-redis.ts';
import { awaitReady } from './redis-ready.ts';
import { unavailable } from './redis-errors.ts';
import { parseRedisUrl } from './redis-url.ts';
import { keepPulse } from './subscriber-pulse.ts';

/** A request older than this has failed. */
const ANSWER_WITHIN_MS = 1500;
/** Longest a blocking read may ask the server to wait. */
export const BLOCK_MS = 1000;
const CONNECT_WITHIN_MS = 2000;
const RECONNECT_CEILING_MS = 1000;

/** A subscription made while Redis is away must hold once it is back. */
const SUBSCRIBED: RedisOptions = {
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
};

export type ConnectionPurpose = 'blocking' | 'subscriber';

export interface RedisConnections {
  /** For requests; shared. */
  readonly commands: Redis;
  /** Where it points, without secrets. */
  readonly description: string;
  /** A connection of one's own; whoever opens it disconnects it. */
  readonly open: (purpose: ConnectionPurpose) => Redis;
  /** Awaits a request, notes that Redis answered, and turns failures into `registry_unavailable`. */
  readonly answer: <T>(request: Promise<T>) => Promise<T>;
  /** Resolves when Redis answers and is usable; rejects with redis_unreachable, redis_unsupported or config_invalid. */
  readonly connect: (timeoutMs: number) => Promise<void>;
  /** What this Redis says of itself that an operator should know. Rejects with registry_unavailable. */
  readonly inspect: () => Promise<readonly RedisFinding[]>;
  /** Monotonic ms since the last answer; Infinity before the first. */
  readonly silentForMs: () => number;
  readonly stop: () => void;
}

export interface RedisConnectionOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shown in CLIENT LIST. */
  readonly name?: string;
}

/** Prepares connections; nothing is dialled before `connect` or the first `open`. */
export function createRedisConnections(options: RedisConnectionOptions): RedisConnections {
  const { clock, logger } = options;
  const target = parseRedisUrl(options.url);
  const opened = new Set<Redis>();
  let answeredAtMs = Number.NEGATIVE_INFINITY;

  function dial(extra: RedisOptions): Redis {
    const redis = new Redis({
      ...target.options,
      ...policy(options.name ?? 'rt'),
      ...extra,
      replyMapping: 'legacy',
    });
    opened.add(redis);
    redis.on('end', () => opened.delete(redis));
    logOutages(redis, logger.child({ redis: target.description }));
    return redis;
  }
  const commands = dial({});
  let failover: FailoverWatch | undefined;
  const watch = (): FailoverWatch =>
    watchFailover({
      target: target.options,
      policy: { ...policy(`${options.name ?? 'rt'}-failover`), ...SUBSCRIBED },
      clock,
      connections: () => opened,
    });

  async function answer<T>(request: Promise<T>): Promise<T> {
    try {
      const reply = await request;
      answeredAtMs = clock.nowMs();
      return reply;
    } catch (error) {
      throw unavailable(error, target.description);
    }
  }

  const inspect = async (): Promise<readonly RedisFinding[]> => judgeRedis(await answer(commands.info()));

  return {
    commands,
    description: target.description,
    answer,
    open(purpose) {
      failover ??= watch();
      if (purpose === 'blocking') {
        return dial({
          commandTimeout: ANSWER_WITHIN_MS + BLOCK_MS,
          socketTimeout: ANSWER_WITHIN_MS + BLOCK_MS,
        });
      }
      const subscriber = dial(SUBSCRIBED);
      keepPulse(subscriber, clock);
      return subscriber;
    },
    async connect(timeoutMs) {
      failover ??= watch();
      await awaitReady(commands, { description: target.description, clock, timeoutMs });
      tell(await inspect(), { description: target.description, logger });
    },
    inspect,
    silentForMs: () => clock.nowMs() - answeredAtMs,
    stop() {
      failover?.stop();
      for (const redis of [commands, ...opened]) redis.disconnect();
    },
  };
}

function policy(connectionName: string): RedisOptions {
  return {
    connectionName,
    lazyConnect: true,
    // Replies of one shape whatever the server's age.
    protocol: 2,
    connectTimeout: CONNECT_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A master that became a replica: whoever is asked again knows the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_CEILING_MS) * (0.5 + Math.random() / 2),
    sentinelRetryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_CEILING_MS),
    sentinelCommandTimeout: ANSWER_WITHIN_MS,
  };
}

/** One line when Redis goes, one when it is back. The listener also keeps `error` from ending the process. */
function logOutages(redis: Redis, logger: Logger): void {
  let lastError: unknown = 'connection closed';
  let isAway = false;
  redis.on('error', (error) => {
    lastError = error;
  });
  redis.on('reconnecting', () => {
    if (!isAway) logger.warn('redis does not answer, reconnecting', { error: messageOf(lastError) });
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) logger.info('redis answers again');
    isAway = false;
  });
}

/** @throws RtError redis_unsupported when this Redis cannot be used; the rest goes to the log. */
function tell(
  findings: readonly RedisFinding[],
  { description, logger }: { readonly description: string; readonly logger: Logger },
): void {
  for (const { severity, message, hint } of findings) {
    const sentence = `Redis at ${description} ${message}`;
    if (severity === 'refused') throw new RtError('redis_unsupported', sentence, { hint });
    if (severity === 'warning') logger.warn(sentence, { hint });
    else logger.info(sentence, { hint });
  }
}

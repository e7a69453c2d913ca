/**
 * Connection policy: how this product talks to Redis.
 *
 * Requests fail within 1.5 s and are never queued or sent twice: a caller who hears nothing must
 * decide itself, and a script that ran unheard is repaired by leases. Reconnecting goes on for
 * ever in the background. Blocking reads and subscriptions get connections of their own, so that a
 * request never waits behind them. Cluster is refused: scripts touch keys of several slots.
 */
import { Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { misconfiguration, unavailable } from './redis-errors.ts';
import { parseRedisUrl } from './redis-url.ts';

/** A request older than this has failed. */
const ANSWER_WITHIN_MS = 1500;
/** Longest a blocking read may ask the server to wait. */
export const BLOCK_MS = 1000;
const CONNECT_WITHIN_MS = 2000;
const RECONNECT_CEILING_MS = 1000;

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

  async function answer<T>(request: Promise<T>): Promise<T> {
    try {
      const reply = await request;
      answeredAtMs = clock.nowMs();
      return reply;
    } catch (error) {
      throw unavailable(error, target.description);
    }
  }

  return {
    commands,
    description: target.description,
    answer,
    open: (purpose) =>
      dial(
        purpose === 'blocking'
          ? { commandTimeout: ANSWER_WITHIN_MS + BLOCK_MS, socketTimeout: ANSWER_WITHIN_MS + BLOCK_MS }
          : // A subscription made while Redis is away must hold once it is back.
            { enableOfflineQueue: true, autoResendUnfulfilledCommands: true, maxRetriesPerRequest: null },
      ),
    async connect(timeoutMs) {
      await ready(commands, { description: target.description, clock, timeoutMs });
      await refuseCluster(answer(commands.info('cluster')), target.description);
    },
    silentForMs: () => clock.nowMs() - answeredAtMs,
    stop() {
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
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_CEILING_MS) * (0.5 + Math.random() / 2),
    sentinelRetryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_CEILING_MS),
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

interface ReadyOptions {
  readonly description: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Waits for the handshake. A refused password or database ends the attempts: time does not cure them. */
async function ready(redis: Redis, { description, clock, timeoutMs }: ReadyOptions): Promise<void> {
  if (redis.status === 'ready') return;
  const settled = new AbortController();
  let lastError: unknown;
  const outcome = new Promise<void>((resolve, reject) => {
    redis.once('ready', resolve);
    redis.on('error', (error) => {
      lastError = error;
      const fatal = misconfiguration(error, description);
      if (!fatal) return;
      redis.disconnect();
      reject(fatal);
    });
    clock.sleep(timeoutMs, settled.signal).then(
      () => reject(unreachable(lastError, { description, timeoutMs })),
      () => {},
    );
  });
  if (redis.status === 'wait' || redis.status === 'end') redis.connect().catch(() => {});
  try {
    await outcome;
  } finally {
    settled.abort();
  }
}

function unreachable(error: unknown, { description, timeoutMs }: Omit<ReadyOptions, 'clock'>): RtError {
  const because = error === undefined ? '' : ` (${messageOf(error)})`;
  return new RtError(
    'redis_unreachable',
    `no Redis answers at ${description} within ${timeoutMs} ms${because}`,
    {
      cause: error,
      hint: 'start redis-server, or point --redis (RT_REDIS) at the one you have',
    },
  );
}

async function refuseCluster(info: Promise<string>, description: string): Promise<void> {
  if (!/^cluster_enabled:1/m.test(await info)) return;
  throw new RtError(
    'redis_unsupported',
    `Redis at ${description} runs in Cluster mode, which is not supported`,
    {
      hint: 'use a standalone server or one behind Sentinel',
    },
  );
}

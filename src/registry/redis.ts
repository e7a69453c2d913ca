/**
 * The connections of one process to Redis, and what it makes of the answers.
 *
 * Requests share one connection and are never queued. Blocking reads and subscriptions get connections of their own, so
 * that a request never waits behind them. Reconnecting goes on for ever in the background, and asks the Sentinels,
 * where there are any, who the master is now. A Redis this product cannot use is refused while connecting.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type FailoverWatch, watchFailover } from './failover-watch.ts';
import { judgeRedis, type RedisFinding } from './judge-redis.ts';
import { Redis } from './redis-client.ts';
import { unavailable } from './redis-errors.ts';
import { type ConnectionPurpose, connectionPolicy } from './redis-policy.ts';
import { awaitReady } from './redis-ready.ts';
import { parseRedisUrl } from './redis-url.ts';
import { keepPulse } from './subscriber-pulse.ts';

export interface RedisConnections {
  /** For requests; shared. */
  readonly commands: Redis;
  /** Where it points, without secrets. */
  readonly description: string;
  /** A connection of one's own; whoever opens it disconnects it. */
  readonly open: (purpose: 'blocking' | 'subscriber') => Redis;
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
  /** False: a Redis that is not there ends `connect` at once, unless Sentinels may name another one. */
  readonly isPatient?: boolean;
}

/** Prepares connections; nothing is dialled before `connect` or the first `open`. */
export function createRedisConnections(options: RedisConnectionOptions): RedisConnections {
  const { clock, logger } = options;
  const { options: target, description } = parseRedisUrl(options.url);
  const name = options.name ?? 'rt';
  const isPatient = options.isPatient !== false || target.sentinels !== undefined;
  const opened = new Set<Redis>();
  let answeredAtMs = Number.NEGATIVE_INFINITY;

  function dial(purpose: ConnectionPurpose): Redis {
    const redis = new Redis({ ...target, ...connectionPolicy(name, purpose), replyMapping: 'legacy' });
    opened.add(redis);
    redis.on('end', () => opened.delete(redis));
    logOutages(redis, logger.child({ redis: description }));
    if (purpose === 'subscriber') keepPulse(redis, clock);
    return redis;
  }
  const commands = dial('requests');

  let failover: FailoverWatch | undefined;
  const followMaster = (): void => {
    const policy = connectionPolicy(`${name}-failover`, 'subscriber');
    failover ??= watchFailover({ target, policy, clock, connections: () => opened });
  };

  async function answer<T>(request: Promise<T>): Promise<T> {
    try {
      const reply = await request;
      answeredAtMs = clock.nowMs();
      return reply;
    } catch (error) {
      throw unavailable(error, description);
    }
  }
  const inspect = async (): Promise<readonly RedisFinding[]> => judgeRedis(await answer(commands.info()));

  return {
    commands,
    description,
    answer,
    inspect,
    open(purpose) {
      followMaster();
      return dial(purpose);
    },
    async connect(timeoutMs) {
      followMaster();
      await awaitReady(commands, { description, clock, timeoutMs, isPatient });
      tell(await inspect(), { description, logger });
    },
    silentForMs: () => clock.nowMs() - answeredAtMs,
    stop() {
      failover?.stop();
      for (const redis of [commands, ...opened]) redis.disconnect();
    },
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

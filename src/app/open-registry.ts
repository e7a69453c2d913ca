/** The registry and the bus in Redis, on shared connections: for servers, and for commands that look at a cluster. */
import type { Bus } from '../bus/ports.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Logger, silentLogger } from '../base/log.ts';
import { createKeys } from '../registry/keys.ts';
import type { Registry } from '../registry/ports.ts';
import { refuseAbsentRedis } from '../registry/redis-presence.ts';
import type { ClusterOptions } from './ports.ts';

export interface Cluster {
  readonly registry: Registry;
  readonly bus: Bus;
  /** Ends both and their connections. Idempotent. */
  stop(): Promise<void>;
}

export interface OpenRegistryOptions
  extends Pick<ClusterOptions, 'redisUrl' | 'prefix' | 'connectTimeoutMs'> {
  /** Shown in CLIENT LIST. */
  readonly name: string;
  /** False: a Redis that is not there is told at once, and not waited for. */
  readonly isPatient?: boolean;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** @throws RtError redis_unreachable, redis_unsupported, config_invalid */
export async function openRegistry(options: OpenRegistryOptions): Promise<Cluster> {
  const { prefix, name, clock = systemClock, logger = silentLogger, isPatient = true } = options;
  // Before the client library is loaded, which is most of what it takes to say that nobody is there.
  if (!isPatient) await refuseAbsentRedis(options.redisUrl, clock);
  const { createRedisConnections } = await import('../registry/redis.ts');
  const { createRedisRegistry } = await import('../registry/redis-registry.ts');
  const { createRedisBus } = await import('../bus/redis-bus.ts');
  const connections = createRedisConnections({ url: options.redisUrl, clock, logger, name, isPatient });
  const keys = createKeys(prefix);
  const registry = createRedisRegistry({ connections, clock, prefix });
  const bus = createRedisBus({
    redis: connections.commands,
    openConnection: connections.open,
    journalKey: (session) => keys.journal(session),
    clock,
  });
  const stop = async (): Promise<void> => {
    await bus.stop();
    await registry.stop();
  };
  try {
    await registry.connect(options.connectTimeoutMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return { registry, bus, stop };
}

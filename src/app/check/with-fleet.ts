/** A look at a fleet by the clock of Redis, so that a wrong clock here makes nobody look silent. */
import { type Clock, systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/log.ts';
import type { FleetView } from '../../registry/ports.ts';
import { refuseAbsentRedis } from '../../registry/redis-presence.ts';

export interface FleetTarget {
  readonly redis: string;
  readonly prefix: string;
  readonly connectTimeoutMs: number;
}

/** @throws RtError redis_unreachable, redis_unsupported, config_invalid, registry_unavailable */
export async function withFleet<T>(
  { redis: url, prefix, connectTimeoutMs }: FleetTarget,
  use: (fleet: FleetView, clock: Clock) => Promise<T>,
): Promise<T> {
  await refuseAbsentRedis(url, systemClock);
  const { createRedisConnections } = await import('../../registry/redis.ts');
  const { createRedisRegistry } = await import('../../registry/redis-registry.ts');
  const connections = createRedisConnections({
    url,
    clock: systemClock,
    logger: silentLogger,
    name: 'rt-check',
    isPatient: false,
  });
  const registry = createRedisRegistry({ connections, clock: systemClock, prefix });
  try {
    await registry.connect(connectTimeoutMs);
    const [seconds, microseconds] = await connections.answer(connections.commands.time());
    const thereMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
    const offsetMs = thereMs - systemClock.date().getTime();
    return await use(registry.fleet, {
      ...systemClock,
      date: () => new Date(systemClock.date().getTime() + offsetMs),
    });
  } finally {
    await registry.stop();
  }
}

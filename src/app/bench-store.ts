/** Counts what the store of a cluster holds, for `rt bench soak`. */
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/log.ts';
import type { StoreCount } from '../bench/soak/soak-run.ts';
import { createFleetCensus } from '../registry/fleet-census.ts';
import { createKeys } from '../registry/keys.ts';
import { createRedisConnections } from '../registry/redis.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Calls `use` with a way to count. @throws RtError redis_unreachable, redis_unsupported, config_invalid */
export async function withStoreCount<T>(
  { redisUrl, prefix }: { readonly redisUrl: string; readonly prefix: string },
  use: (count: () => Promise<StoreCount>) => Promise<T>,
): Promise<T> {
  const connections = createRedisConnections({
    ...{ url: redisUrl, clock: systemClock, logger: silentLogger, name: 'rt-bench' },
  });
  try {
    await connections.connect(CONNECT_TIMEOUT_MS);
    const census = createFleetCensus(connections, createKeys(prefix));
    return await use(async () => {
      const { keys, sessionLeases, workers } = await census.sample();
      const slots = workers.reduce((sum, { active }) => sum + active, 0);
      return { lastingKeys: keys.total - keys.expiring, sessionLeases, slots };
    });
  } finally {
    connections.stop();
  }
}

/** Looks at a cluster and lets go of it again. */
import type { Cluster } from '../app/open-registry.ts';
import type { GlobalConfig } from '../config/settings/global.ts';

/** An unreachable Redis is told within three seconds, the start of the program included. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Calls `use` with the cluster's registry and bus. @throws RtError redis_unreachable, redis_unsupported */
export async function withCluster<T>(
  config: Pick<GlobalConfig, 'redis' | 'prefix' | 'timeoutMs'>,
  use: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const { openRegistry } = await import('../app/open-registry.ts');
  const cluster = await openRegistry({
    redisUrl: config.redis,
    prefix: config.prefix,
    connectTimeoutMs: Math.min(config.timeoutMs ?? CONNECT_TIMEOUT_MS, CONNECT_TIMEOUT_MS),
    name: 'rt-cli',
    isPatient: false,
  });
  try {
    return await use(cluster);
  } finally {
    await cluster.stop();
  }
}

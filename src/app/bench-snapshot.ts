/** What the processes of a cluster say of themselves in Redis, for `rt bench latency --stages`. */
import type { ReadSnapshot } from '../bench/latency/fleet-stages.ts';
import { openRegistry } from './open-registry.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Calls `use` with a way to read it. @throws RtError redis_unreachable, redis_unsupported, config_invalid */
export async function withSnapshot<T>(
  where: { readonly redisUrl: string; readonly prefix: string },
  use: (read: ReadSnapshot) => Promise<T>,
): Promise<T> {
  const cluster = await openRegistry({ ...where, connectTimeoutMs: CONNECT_TIMEOUT_MS, name: 'rt-bench' });
  try {
    return await use(() => cluster.registry.fleet.snapshot());
  } finally {
    await cluster.stop();
  }
}

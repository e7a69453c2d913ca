/**
 * The registry of `rt up` and `rt demo`: the Redis that answers, else a private one, else memory. What stands in
 * for what was asked for is said in a sentence, never silently chosen.
 */
import { connect } from 'node:net';
import { messageOf } from '../base/errors.ts';
import { parseRedisUrl } from '../registry/redis-url.ts';
import { isLoopback } from '../transport/address.ts';
import { createMemoryCluster } from './memory-cluster.ts';
import { type Cluster, openRegistry } from './open-registry.ts';
import type { ClusterOptions } from './ports.ts';
import { startPrivateRedis } from './private-redis.ts';
import type { ProcessContext } from './process-context.ts';

export interface LocalCluster {
  readonly cluster: Cluster;
  /** Where other processes find it; undefined when it is in memory. */
  readonly redisUrl: string | undefined;
}

export interface LocalClusterOptions
  extends Pick<ClusterOptions, 'redisUrl' | 'prefix' | 'connectTimeoutMs'> {
  readonly withoutRedis: 'exit' | 'private';
  readonly onNotice: (message: string) => void;
}

/** @throws RtError redis_unreachable, redis_unsupported, config_invalid unless something may stand in */
export async function openLocalCluster(
  context: ProcessContext,
  options: LocalClusterOptions,
): Promise<LocalCluster> {
  const { withoutRedis, redisUrl } = options;
  const port = loopbackPort(redisUrl);
  const standIn = (): Promise<LocalCluster> => openPrivateCluster(context, { ...options, port });
  // Waiting for a server to come up makes sense only where it was asked for.
  if (withoutRedis === 'private' && port !== undefined && !(await isListening(port))) return standIn();
  try {
    return { cluster: await open(context, options), redisUrl };
  } catch (error) {
    if (withoutRedis === 'exit') throw error;
    context.log.info('the Redis named cannot be used', { error: messageOf(error) });
    return standIn();
  }
}

export interface PrivateClusterOptions extends Pick<LocalClusterOptions, 'prefix' | 'onNotice'> {
  /** Where the private server is wanted as well, for other commands of this machine. */
  readonly port?: number | undefined;
}

/** A private Redis, or memory. */
export async function openPrivateCluster(
  context: ProcessContext,
  options: PrivateClusterOptions,
): Promise<LocalCluster> {
  const { clock, closing } = context;
  const { port, onNotice } = options;
  const wanted = await startPrivateRedis({ clock, port });
  const retried = wanted.type === 'unavailable' && port !== undefined;
  const redis = retried ? await startPrivateRedis({ clock }) : wanted;
  if (redis.type === 'unavailable') {
    onNotice(
      `No Redis, and none can be started (${redis.reason}): the registry is in this process's memory, where other commands cannot see it.`,
    );
    const cluster = createMemoryCluster(clock);
    closing.add('registry', () => cluster.stop());
    return { cluster, redisUrl: undefined };
  }
  closing.add('private redis', () => redis.stop());
  if (port !== undefined) onNotice(retried ? hiddenNotice(redis.url) : visibleNotice(port));
  const cluster = await open(context, { ...options, redisUrl: redis.url, connectTimeoutMs: 2_000 });
  return { cluster, redisUrl: redis.url };
}

async function open(
  { id, clock, log, closing }: ProcessContext,
  options: Pick<ClusterOptions, 'redisUrl' | 'prefix' | 'connectTimeoutMs'>,
): Promise<Cluster> {
  const cluster = await openRegistry({ ...options, name: `rt-${id}`, logger: log, clock });
  closing.add('registry', () => cluster.stop());
  return cluster;
}

function visibleNotice(port: number): string {
  return `No Redis answered, so a private one runs on 127.0.0.1:${String(port)} until this command ends.`;
}

function hiddenNotice(url: string): string {
  return `The Redis there cannot be used, so a private one runs until this command ends; other commands reach it with --redis ${url}`;
}

/** The port of a plain Redis URL of this machine. */
function loopbackPort(redisUrl: string): number | undefined {
  const { host, port, tls } = parseRedisUrl(redisUrl).options;
  return tls === undefined && host !== undefined && isLoopback(host) ? port : undefined;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}

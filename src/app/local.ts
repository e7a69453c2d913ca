/** `rt up`: a gateway and workers on this machine, with whatever registry is to be had. */
import { openOrClose } from './closing.ts';
import { startLocalGateway } from './local-gateway.ts';
import { openLocalCluster } from './local-cluster.ts';
import { startLocalWorkers } from './local-workers.ts';
import type { LocalOptions, RunningProcess } from './ports.ts';
import { createContext } from './process-context.ts';
import { publishRouterDigest } from './router-digest.ts';

/**
 * Starts everything; resolves once every worker is registered. Workers are processes of their own where there is
 * a Redis to meet in, and parts of this process where the registry is in memory.
 * @throws RtError redis_unreachable, redis_unsupported, config_invalid, model_invalid, address_in_use
 */
export async function startLocal(options: LocalOptions): Promise<RunningProcess> {
  const context = createContext('local', options);
  const { id, closing } = context;
  return openOrClose(closing, async () => {
    const local = await openLocalCluster(context, options);
    // First of all, because a port that is taken should be told before models are loaded.
    const gateway = await startLocalGateway(local.cluster, options);
    closing.add('gateway', () => gateway.stop('the process ends'));
    // The gateway's part that sweeps and shows the fleet is all the router there is here.
    let isDraining = false;
    await publishRouterDigest(context, {
      snapshots: local.cluster.registry.snapshots,
      url: gateway.http,
      isDraining: () => isDraining,
    });
    const { failed } = await startLocalWorkers(context, { local, options });
    return {
      role: 'local',
      id,
      url: gateway.url,
      http: gateway.http,
      drain(deadlineMs) {
        isDraining = true;
        return gateway.drain(deadlineMs);
      },
      async stop(reason) {
        // Before the workers, so that clients hear of the shutdown and not of a lost worker.
        await gateway.stop(reason);
        await closing.close();
      },
      failed,
    };
  });
}

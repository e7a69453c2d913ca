/** `rt router`: sweeps what died and shows the fleet; sessions start without it too. */
import { createFleetDocuments } from '../gateway/http/fleet.ts';
import { parseAddress } from '../transport/address.ts';
import { listen } from '../transport/ws-server.ts';
import { openOrClose } from './closing.ts';
import { watchFleet } from './fleet-metrics.ts';
import { createHealthHandler } from './health.ts';
import { openRegistry } from './open-registry.ts';
import type { RouterOptions, RunningProcess } from './ports.ts';
import { createContext } from './process-context.ts';
import { registryReadiness, takesWrites } from './redis-readiness.ts';
import { publishRouterDigest } from './router-digest.ts';
import { startSweeping } from './sweeping.ts';

/** @throws RtError redis_unreachable, redis_unsupported, config_invalid, address_in_use */
export async function startRouter(options: RouterOptions): Promise<RunningProcess> {
  const context = createContext('router', options);
  const { id, clock, log, exporter, closing } = context;
  return openOrClose(closing, async () => {
    const address = parseAddress(options.listen);
    const cluster = await openRegistry({ ...options, name: `rt-router-${id}`, logger: log, clock });
    closing.add('registry', () => cluster.stop());
    const { registry, bus } = cluster;
    let isDraining = false;
    watchFleet(exporter, { fleet: registry.fleet, takesWrites: () => takesWrites(registry) });
    const server = await listen({
      ...address,
      clock,
      log,
      onRequest: createHealthHandler({
        readiness: () => registryReadiness(registry, isDraining),
        exporter,
        documents: createFleetDocuments({ fleet: registry.fleet, journal: bus.journal }),
      }),
      route: () => ({ status: 404, reason: 'A router takes no sessions; gateways do.' }),
      onSocket: (socket) => socket.close(1008, 'no sockets here'),
    });
    closing.add('server', () => server.close(0));
    await publishRouterDigest(context, {
      snapshots: registry.snapshots,
      url: server.httpUrl,
      isDraining: () => isDraining,
    });
    await startSweeping(context, { ledger: registry.ledger, intervalMs: options.sweepMs });
    return {
      role: 'router',
      id,
      url: server.httpUrl,
      http: server.httpUrl,
      drain() {
        isDraining = true;
        return Promise.resolve('drained');
      },
      stop: () => closing.close(),
      failed: new Promise(() => undefined),
    };
  });
}

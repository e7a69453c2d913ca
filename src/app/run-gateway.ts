/** A gateway on a registry and a bus that answer: its ports, its sweep, the fleet over HTTP. */
import type { GatewayId } from '../base/ids.ts';
import { createFleetDocuments } from '../gateway/http/fleet.ts';
import { createResourceMonitor } from '../gateway/overload/resource-monitor.ts';
import { startGatewayServer } from '../gateway/server.ts';
import { createRouter } from '../router/acquire.ts';
import { parseAddress } from '../transport/address.ts';
import { createHealthHandler, type Readiness } from './health.ts';
import type { Cluster } from './open-registry.ts';
import type { GatewayOptions, RunningProcess } from './ports.ts';
import type { ProcessContext } from './process-context.ts';
import { registryReadiness } from './redis-readiness.ts';
import { GATEWAY_SWEEP_MS, startSweeping } from './sweeping.ts';

/** A worker that speaks but decodes nothing for so long while audio waits has an engine that is stuck. */
const STANDSTILL_MS = 5000;

export interface RunGatewayParts {
  readonly context: ProcessContext;
  readonly cluster: Pick<Cluster, 'registry' | 'bus'>;
  readonly options: Pick<
    GatewayOptions,
    | 'listen'
    | 'overflow'
    | 'queueTimeoutMs'
    | 'queueLength'
    | 'lagWarnMs'
    | 'lagHardMs'
    | 'lagGraceMs'
    | 'stallMs'
    | 'resumeGraceMs'
    | 'publishTranscripts'
    | 'channelPrefix'
    | 'allowUnpaced'
  >;
}

/**
 * Closes what it opened with the context, not the cluster.
 * @throws RtError address_in_use, config_invalid
 */
export async function runGateway({ context, cluster, options }: RunGatewayParts): Promise<RunningProcess> {
  const { id, clock, log, exporter, closing } = context;
  const { registry, bus } = cluster;
  let readiness = (): Readiness => ({ reason: 'starting' });
  const server = await startGatewayServer({
    id: id as GatewayId,
    listen: options.listen.map(parseAddress),
    registry,
    bus,
    router: createRouter({ ledger: registry.ledger }),
    clock,
    log,
    metrics: exporter.metrics,
    lag: { warnMs: options.lagWarnMs, hardMs: options.lagHardMs, graceMs: options.lagGraceMs },
    failover: {
      stallMs: options.stallMs,
      standstillMs: STANDSTILL_MS,
      graceMs: options.resumeGraceMs,
    },
    overflow: {
      type: options.overflow,
      queueTimeoutMs: options.queueTimeoutMs,
      queueLength: options.queueLength,
    },
    monitor: createResourceMonitor(),
    publishTranscripts: options.publishTranscripts,
    channelPrefix: options.channelPrefix,
    allowUnpaced: options.allowUnpaced,
    onRequest: createHealthHandler({
      readiness: () => readiness(),
      exporter,
      documents: createFleetDocuments({ fleet: registry.fleet, journal: bus.journal }),
    }),
  });
  closing.add('server', () => server.close());
  readiness = () => registryReadiness(registry, server.isDraining);
  await startSweeping(context, { ledger: registry.ledger, intervalMs: GATEWAY_SWEEP_MS });
  const [first] = server.servers;
  return {
    role: 'gateway',
    id,
    url: first?.wsUrl ?? '',
    http: first?.httpUrl ?? '',
    drain: (deadlineMs) => server.drain(deadlineMs),
    stop: () => closing.close(),
    failed: new Promise(() => undefined),
  };
}

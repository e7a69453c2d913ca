/** `rt chaos run`: a cluster of its own or a running one, and trials on it. */
import { hostname } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/log.ts';
import { attachFleet } from '../chaos/run/attached-fleet.ts';
import type { Fleet, StoreProbe } from '../chaos/run/fleet.ts';
import { makeCuttable } from '../chaos/run/cuttable-fleet.ts';
import { startPrivateFleet } from '../chaos/run/private-fleet.ts';
import { type RehearsalOptions, rehearse, type TrialResult } from '../chaos/run/rehearse.ts';
import { createFleetCensus } from '../registry/fleet-census.ts';
import { createKeys } from '../registry/keys.ts';
import { createRedisConnections } from '../registry/redis.ts';
import { openRegistry } from './open-registry.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** A cluster that runs already. */
export interface AttachedCluster {
  readonly gateway: string;
  readonly redisUrl: string;
  readonly prefix: string;
  /** `ROLE=PID` of each process that may be touched. */
  readonly pids: readonly string[];
}

export interface ChaosRunOptions extends RehearsalOptions {
  /** Without it: one of its own, of real processes. */
  readonly attached: AttachedCluster | undefined;
  readonly signal: AbortSignal;
}

/** Yields each run as it is judged; whatever happens the cluster it started is gone afterwards. */
export async function* runChaos(options: ChaosRunOptions): AsyncGenerator<TrialResult> {
  const { attached, signal, ...rehearsal } = options;
  const straight = attached === undefined ? await ownFleet(rehearsal) : await foreignFleet(attached);
  const fleet = rehearsal.scenario.cuttable ? await makeCuttable(straight, systemClock) : straight;
  try {
    yield* rehearse(rehearsal, { fleet, clock: systemClock, signal });
  } finally {
    await fleet.stop();
  }
}

function ownFleet({ scenario, sessions }: RehearsalOptions): Promise<Fleet> {
  const { gateways, workers } = scenario;
  // One worker that is left can just hold them all.
  return startPrivateFleet({ gateways, workers, capacity: sessions, clock: systemClock, openStore });
}

async function foreignFleet(attached: AttachedCluster): Promise<Fleet> {
  const { gateway, pids } = attached;
  const cluster = await openRegistry({ ...attached, connectTimeoutMs: CONNECT_TIMEOUT_MS, name: 'rt-chaos' });
  try {
    const workers = await cluster.registry.fleet.workers();
    const host = hostname();
    return await attachFleet({
      ...{ gateway, pids, clock: systemClock },
      store: await openStore(attached),
      workerWithPid: (pid) =>
        Promise.resolve(workers.find((worker) => worker.pid === pid && worker.host === host)?.id),
    });
  } finally {
    await cluster.stop();
  }
}

async function openStore({
  redisUrl,
  prefix,
}: {
  readonly redisUrl: string;
  readonly prefix: string;
}): Promise<StoreProbe & { readonly stop: () => Promise<void> }> {
  const connections = createRedisConnections({
    ...{ url: redisUrl, clock: systemClock, logger: silentLogger },
    name: 'rt-chaos',
  });
  await connections.connect(CONNECT_TIMEOUT_MS);
  const stop = (): Promise<void> => {
    connections.stop();
    return Promise.resolve();
  };
  return { ...createFleetCensus(connections, createKeys(prefix)), stop };
}

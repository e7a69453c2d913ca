/**
 * Gateway and workers of the real code in this process, on real sockets of 127.0.0.1: with the registry
 * in memory, or in the Redis it is given.
 */
import { type Clock, systemClock } from '../../src/base/clock.ts';
import type { GatewayId, SessionId } from '../../src/base/ids.ts';
import { silentLogger } from '../../src/base/log.ts';
import { noMetrics } from '../../src/base/metrics.ts';
import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import type { Bus } from '../../src/bus/ports.ts';
import { openRegistry } from '../../src/app/open-registry.ts';
import { type AsrEngine, startAsrEngine } from '../../src/engine/asr-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { BUNDLED_MODEL_PATH } from '../../src/engine/models/bundled.ts';
import type { GatewayServer, GatewayServerOptions } from '../../src/gateway/ports.ts';
import type { ResourceMonitor } from '../../src/gateway/overload/resource-monitor.ts';
import { startGatewayServer } from '../../src/gateway/server.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { Registry } from '../../src/registry/ports.ts';
import { createRouter } from '../../src/router/acquire.ts';
import { createRegistration, type Registration } from '../../src/worker/registration.ts';
import { startWorkerServer, type WorkerServer } from '../../src/worker/server.ts';
import { workerInfo } from './fleet.ts';
import type { LineLimits } from '../../src/gateway/line/ports.ts';
import type { RedisServer } from './redis.ts';
import { connectStream, type TestClient } from './stream-client.ts';

/** Workers of these tests may be scripted and silent; those about failover say otherwise. */
const NO_FAILOVER: LineLimits = { stallMs: 1e9, standstillMs: 1e9, graceMs: 0 };

/** Other tests of the same machine may well keep it busy. */
const CALM: ResourceMonitor = {
  read: () => Promise.resolve({ loopDelayMs: 0, heapShare: 0, fdShare: 0 }),
  close: () => undefined,
};

export interface ClusterOptions {
  readonly engine: Engine;
  /** One unless said otherwise. */
  readonly workers?: number;
  /** Slots of each worker. */
  readonly capacity?: number;
  /** Moves the gateway and the registry in memory; workers keep the real time. */
  readonly clock?: Clock;
  readonly redis?: RedisServer;
  readonly gateway?: Partial<
    Pick<
      GatewayServerOptions,
      'lag' | 'failover' | 'publishTranscripts' | 'allowUnpaced' | 'overflow' | 'monitor'
    >
  >;
}

export interface TestWorker {
  readonly server: WorkerServer;
  readonly registration: Registration;
  stop(): Promise<void>;
}

export interface TestGateway {
  readonly server: GatewayServer;
  connect(query?: Readonly<Record<string, string>>): Promise<TestClient>;
}

export interface TestCluster {
  readonly gateway: GatewayServer;
  /** Another gateway of the same fleet. */
  addGateway(id: string): Promise<TestGateway>;
  /** Resolves once event `seq` of the session begun last is in its journal. */
  journaled(seq: number): Promise<void>;
  /** `ws://127.0.0.1:port` of the gateway. */
  readonly url: string;
  readonly workers: readonly TestWorker[];
  readonly registry: Registry;
  readonly bus: Bus;
  /** Opens a session and waits for nothing. */
  connect(query?: Readonly<Record<string, string>>): Promise<TestClient>;
  /** Opens a session and waits until it began; answers its id too. */
  begin(query?: Readonly<Record<string, string>>): Promise<TestClient & { readonly id: SessionId }>;
  /** Slots the registry counts as taken. */
  activeSessions(): Promise<number>;
  stop(): Promise<void>;
}

export const LAG_LIMITS = { warnMs: 3000, hardMs: 5000, graceMs: 2000 };

/** The bundled model in its own thread, as workers use it. */
export function startBundledEngine(): Promise<AsrEngine> {
  const models = [{ path: BUNDLED_MODEL_PATH, aliases: ['fast'] }];
  return startAsrEngine({
    models,
    provider: 'cpu',
    layout: { engines: 1, intraOpThreads: 1 },
    clock: systemClock,
  });
}

export async function startCluster(options: ClusterOptions): Promise<TestCluster> {
  const clock = options.clock ?? systemClock;
  const { registry, bus } = await openStore(options, clock);
  const workers: TestWorker[] = [];
  for (let index = 1; index <= (options.workers ?? 1); index++) {
    workers.push(await startWorker(options, { registry, name: `worker-${index}` }));
  }
  const openGateway = (id: string): Promise<GatewayServer> =>
    startGatewayServer({
      id: id as GatewayId,
      listen: [{ host: '127.0.0.1', port: 0 }],
      registry,
      bus,
      router: createRouter({ ledger: registry.ledger }),
      clock,
      log: silentLogger,
      metrics: noMetrics,
      lag: LAG_LIMITS,
      failover: NO_FAILOVER,
      overflow: { type: 'reject', queueTimeoutMs: 5000, queueLength: 100 },
      monitor: CALM,
      publishTranscripts: true,
      channelPrefix: 'transcription-stream:',
      allowUnpaced: true,
      onRequest: (_request, response) => void response.writeHead(404).end(),
      ...options.gateway,
    });
  const gateway = await openGateway('gateway-1');
  const others: GatewayServer[] = [];
  let lastBegun: SessionId | undefined;
  const url = gateway.servers[0]?.wsUrl ?? '';
  const connect: TestCluster['connect'] = (query) => connectStream(url, query);
  return {
    gateway,
    url,
    workers,
    registry,
    bus,
    connect,
    async begin(query) {
      const client = await connect(query);
      const { session_id: id } = await client.heard('session.begin');
      lastBegun = id as SessionId;
      return Object.assign(client, { id: id as SessionId });
    },
    async addGateway(id) {
      const server = await openGateway(id);
      others.push(server);
      return { server, connect: (query) => connectStream(server.servers[0]?.wsUrl ?? '', query) };
    },
    async journaled(seq) {
      const stop = new AbortController();
      for await (const entry of bus.journal.follow(lastBegun as SessionId, seq - 1, stop.signal)) {
        if (entry.seq >= seq) stop.abort();
      }
    },
    async activeSessions() {
      const views = await registry.ledger.workers();
      return views.reduce((sum, worker) => sum + worker.activeSessions, 0);
    },
    async stop() {
      await Promise.all([gateway, ...others].map((each) => each.close()));
      for (const worker of workers) await worker.stop();
      await bus.stop();
      await registry.stop();
    },
  };
}

async function openStore(
  { redis }: ClusterOptions,
  clock: Clock,
): Promise<{ readonly registry: Registry; readonly bus: Bus }> {
  if (!redis) return { registry: createMemoryRegistry({ clock }), bus: createMemoryBus({ clock }) };
  const prefix = redis.prefix();
  return openRegistry({ redisUrl: redis.url, prefix, connectTimeoutMs: 3000, name: 'test', clock });
}

async function startWorker(
  { engine, capacity = 4, clock }: ClusterOptions,
  { registry, name }: { readonly registry: Registry; readonly name: string },
): Promise<TestWorker> {
  const server = await startWorkerServer({
    listen: { host: '127.0.0.1', port: 0 },
    engine,
    capacity: () => capacity,
    clock: systemClock,
    log: silentLogger,
    metrics: noMetrics,
    onRequest: (_request, response) => void response.writeHead(404).end(),
  });
  const models = engine.models.flatMap((model) => [model.name, ...model.aliases]);
  const info = workerInfo(name, { endpoint: server.server.wsUrl, capacity, models });
  const registration = createRegistration({
    registration: registry.registration,
    clock: systemClock,
    log: silentLogger,
    // Where time leaps no worker could beat often enough; its lease then lasts for weeks.
    beatMs: clock ? 600_000_000 : 2000,
    info: () => info,
    onBeat: () => Promise.resolve(),
    onDrainWish: () => void server.drain(0).then(() => registration.drain()),
  });
  await registration.start();
  return {
    server,
    registration,
    async stop() {
      await server.close();
      await registration.stop();
    },
  };
}

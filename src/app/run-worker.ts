/**
 * A worker on an engine that is warmed up and a registry that answers: opens the port, then registers.
 *
 * Always true: the fleet hears of the worker only once sessions can be served, and a worker that leaves takes its
 * digest along; a record of another worker with the same id is never touched.
 */
import { hostname } from 'node:os';
import type { WorkerId } from '../base/ids.ts';
import type { Logger } from '../base/log.ts';
import { visibleCudaDevices } from '../config/cuda-devices.ts';
import type { SizedEngine } from '../engine/engine.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { workerDigestField } from '../registry/keys.ts';
import type { Registry, WorkerInfo } from '../registry/ports.ts';
import { parseAddress } from '../transport/address.ts';
import { createWorkerDigest } from '../worker/digest.ts';
import { createRegistration, type Registration } from '../worker/registration.ts';
import { startWorkerServer, type WorkerServer } from '../worker/server.ts';
import { endpointOf } from './advertise.ts';
import { type GpuMemory, UNKNOWN_MEMORY, watchGpuMemory } from './gpu-memory.ts';
import { createHealthHandler, type Readiness } from './health.ts';
import type { RunningProcess, WorkerOptions } from './ports.ts';
import type { ProcessContext } from './process-context.ts';
import { VERSION } from './version.ts';
import { watchWorker } from './worker-metrics.ts';

export interface RunWorkerParts {
  readonly context: ProcessContext;
  readonly registry: Pick<Registry, 'registration' | 'snapshots'>;
  readonly engine: SizedEngine;
  readonly options: Pick<WorkerOptions, 'listen' | 'advertise' | 'capacity' | 'heartbeatMs'>;
}

/**
 * Closes what it opened with the context, not the engine or the registry.
 * @throws RtError address_in_use, config_invalid, worker_id_taken, registry_unavailable
 */
export async function runWorker(parts: RunWorkerParts): Promise<RunningProcess> {
  const { context, engine, options } = parts;
  const { id, clock, log, exporter, closing } = context;
  const fixed = options.capacity;
  const capacity = fixed === 'auto' ? () => engine.capacity() : () => fixed;
  const address = parseAddress(options.listen);
  let readiness = (): Readiness => ({ reason: 'starting' });
  const onRequest = createHealthHandler({ readiness: () => readiness(), exporter });
  const { metrics } = exporter;
  const server = await startWorkerServer({
    listen: address,
    engine,
    capacity,
    clock,
    log,
    metrics,
    onRequest,
  });
  closing.add('server', () => server.close());
  watchWorker({ exporter, engine, server, capacity });

  const memory = watchMemory(parts);
  const info = describeWorker(parts, { server, capacity, memory });
  const wished = withResolver();
  const registration = registerWorker(parts, { server, info, onDrainWish: wished.resolve });
  readiness = () => readinessOf(server, registration);
  closing.add('registration', async () => {
    await registration.stop();
    if (registration.isRegistered) await parts.registry.snapshots.remove(workerDigestField(id));
  });
  await registration.start();
  log.info('registered', { endpoint: info().endpoint, capacity: capacity(), models: info().models });

  return {
    role: 'worker',
    id,
    url: server.server.wsUrl,
    http: server.server.httpUrl,
    async drain(deadlineMs) {
      const ended = server.drain(deadlineMs);
      await registration.drain();
      return ended;
    },
    drainWished: wished.promise,
    stop: () => closing.close(),
    failed: failureOf(parts),
  };
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Only CUDA's card is known to nvidia-smi: WebGPU runs on cards of any vendor. */
function watchMemory({ context, engine }: RunWorkerParts): () => GpuMemory {
  if (engine.provider !== 'cuda') return () => UNKNOWN_MEMORY;
  const { clock, log, closing } = context;
  const watch = watchGpuMemory({ clock, log, devices: visibleCudaDevices() });
  closing.add('GPU memory', () => watch.stop());
  return () => watch.read();
}

function failureOf({ context, engine }: RunWorkerParts): Promise<Error> {
  return new Promise((resolve) => {
    engine.onFailure((error) => {
      context.log.error('the engine failed, so this process has to end', { error: error.message });
      resolve(error);
    });
  });
}

function readinessOf(server: WorkerServer, registration: Registration): Readiness {
  if (server.isDraining) return { reason: 'draining' };
  return registration.isRegistered ? 'ready' : { reason: 'not registered' };
}

/** The record of the worker, as it stands whenever it is asked for. */
function describeWorker(
  { context, engine, options }: RunWorkerParts,
  running: {
    readonly server: WorkerServer;
    readonly capacity: () => number;
    readonly memory: () => GpuMemory;
  },
): () => WorkerInfo {
  const host = hostname();
  const info: WorkerInfo = {
    id: context.id as WorkerId,
    endpoint: options.advertise ?? endpointOf(running.server.server.address, host),
    capacity: running.capacity(),
    models: engine.models.flatMap(({ name, aliases }) => [name, ...aliases]),
    protocol: PROTOCOL_VERSION,
    provider: engine.provider,
    engine: engine.kind,
    version: VERSION,
    host,
    pid: process.pid,
    startedAt: context.clock.date().toISOString(),
    gpuMemoryUsed: '',
    gpuMemoryTotal: '',
  };
  const noteCapacity = watchCapacity(context.log, info.capacity);
  return () => {
    const { used, total } = running.memory();
    const capacity = running.capacity();
    noteCapacity(capacity);
    return { ...info, capacity, gpuMemoryUsed: used, gpuMemoryTotal: total };
  };
}

/** Says when half of the slots or more are gone: a correction by a few is daily life. */
function watchCapacity(log: Logger, atStart: number): (capacity: number) => void {
  let told = atStart;
  return (capacity) => {
    if (capacity > told / 2 && capacity < told) return;
    if (capacity < told) {
      log.warn('capacity fell by half or more', {
        from: told,
        to: capacity,
        hint: 'memory did not suffice for a step (clients got resource_exhausted) or audio waited too long (rt_worker_lag_seconds)',
      });
    }
    told = capacity;
  };
}

function registerWorker(
  { context, registry, engine, options }: RunWorkerParts,
  running: {
    readonly server: WorkerServer;
    readonly info: () => WorkerInfo;
    readonly onDrainWish: () => void;
  },
): Registration {
  const { clock, log, id } = context;
  const { server, info, onDrainWish } = running;
  const beatMs = options.heartbeatMs;
  const digest = createWorkerDigest({
    engine,
    clock,
    beatMs,
    info,
    isDraining: () => server.isDraining,
    sessions: () => server.sessions(),
    decodedSamples: () => server.decodedSamples(),
  });
  return createRegistration({
    registration: registry.registration,
    clock,
    log,
    beatMs,
    info,
    onDrainWish,
    onBeat: () => registry.snapshots.publish(workerDigestField(id), JSON.stringify(digest())),
  });
}

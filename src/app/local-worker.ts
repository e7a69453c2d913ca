/** A worker in this process, on the registry of this process. */
import { HEARTBEAT_MS } from '../registry/leases.ts';
import type { SizedEngine } from '../engine/engine.ts';
import { openOrClose } from './closing.ts';
import type { Cluster } from './open-registry.ts';
import type { EngineOptions, LogLevel, RunningProcess } from './ports.ts';
import { createContext } from './process-context.ts';
import { runWorker } from './run-worker.ts';

export interface LocalWorkerParts {
  readonly cluster: Cluster;
  /** Stays the caller's. */
  readonly engine: SizedEngine;
  readonly options: Pick<EngineOptions, 'capacity'> & { readonly logLevel: LogLevel };
}

export function startLocalWorker({ cluster, engine, options }: LocalWorkerParts): Promise<RunningProcess> {
  const context = createContext('worker', options);
  const { registry } = cluster;
  const { capacity } = options;
  const settings = { listen: '127.0.0.1:0', advertise: undefined, capacity, heartbeatMs: HEARTBEAT_MS };
  return openOrClose(context.closing, () => runWorker({ context, registry, engine, options: settings }));
}

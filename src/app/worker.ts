/** `rt worker`: an engine that transcribes the sessions gateways give it. */
import { openOrClose } from './closing.ts';
import { closeEngine, startEngine } from './engine.ts';
import { openRegistry } from './open-registry.ts';
import type { RunningProcess, WorkerOptions } from './ports.ts';
import { createContext } from './process-context.ts';
import { runWorker } from './run-worker.ts';

/**
 * Starts a worker; resolves once it is warmed up and registered.
 * @throws RtError redis_unreachable, redis_unsupported, config_invalid, model_invalid, address_in_use, worker_id_taken,
 * provider_unavailable
 */
export async function startWorker(options: WorkerOptions): Promise<RunningProcess> {
  const context = createContext('worker', options);
  const { clock, log, closing } = context;
  return openOrClose(closing, async () => {
    // Before the engine: a wrong address should be told in less time than a model takes to load.
    const cluster = await openRegistry({ ...options, name: `rt-worker-${context.id}`, logger: log, clock });
    closing.add('registry', () => cluster.stop());
    const engine = await startEngine(options, clock, log);
    closing.add('engine', () => closeEngine(engine, context));
    return runWorker({ context, registry: cluster.registry, engine, options });
  });
}

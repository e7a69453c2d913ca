/** The workers of `rt up`: processes of their own where there is a Redis to meet in, else parts of this process. */
import { HEARTBEAT_MS } from '../registry/leases.ts';
import type { LocalCluster } from './local-cluster.ts';
import type { LocalOptions } from './ports.ts';
import type { ProcessContext } from './process-context.ts';

export interface LocalWorkersParts {
  readonly local: LocalCluster;
  readonly options: LocalOptions;
}

export interface LocalWorkers {
  /** What ended a worker that nobody starts again. */
  readonly failed: Promise<Error>;
}

/**
 * Resolves when every worker is registered; each is closed with the context.
 * @throws RtError model_invalid, config_invalid
 */
export async function startLocalWorkers(
  context: ProcessContext,
  { local, options }: LocalWorkersParts,
): Promise<LocalWorkers> {
  const { redisUrl, cluster } = local;
  const starts = Array.from({ length: options.workers }, () =>
    redisUrl === undefined
      ? startEmbedded(context, { cluster, options })
      : startProcess(context, { ...options, redisUrl }),
  );
  const outcomes = await Promise.allSettled(starts);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return { failed: Promise.race(starts.map(async (start) => (await start).failed)) };
}

async function startEmbedded(
  context: ProcessContext,
  { cluster, options }: { readonly cluster: LocalCluster['cluster']; readonly options: LocalOptions },
): Promise<LocalWorkers> {
  const { closing, clock, log } = context;
  const { closeEngine, startEngine } = await import('./engine.ts');
  const { startLocalWorker } = await import('./local-worker.ts');
  const engine = await startEngine(options, clock, log);
  closing.add('engine', () => closeEngine(engine, context));
  const worker = await startLocalWorker({ cluster, engine, options });
  closing.add('worker', () => worker.stop('the process ends'));
  return worker;
}

async function startProcess(
  { clock, log, closing }: ProcessContext,
  options: LocalOptions,
): Promise<LocalWorkers> {
  const { superviseWorker } = await import('./supervised-worker.ts');
  const { redisUrl, prefix, logLevel, connectTimeoutMs } = options;
  const { beacon, models, vad, provider, threads, capacity } = options;
  const worker = {
    ...{ redisUrl, prefix, logLevel, connectTimeoutMs },
    ...{ beacon, models, vad, provider, threads, capacity },
    listen: '127.0.0.1:0',
    heartbeatMs: HEARTBEAT_MS,
  };
  const supervised = await superviseWorker({ worker, clock, log });
  closing.add('worker process', () => supervised.stop());
  return { failed: new Promise(() => undefined) };
}

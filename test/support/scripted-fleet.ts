/** A gateway in front of workers without engines, one fleet for each test, so that tests can wait beside each other. */
import { type ClusterOptions, startCluster, type TestCluster } from './cluster.ts';
import { workerInfo } from './fleet.ts';
import { createScriptedEngine } from './scripted-engine.ts';
import { type ScriptedWorker, startScriptedWorker } from './scripted-worker.ts';

export interface ScriptedFleet {
  readonly cluster: TestCluster;
  /** Those added, in their order. */
  readonly workers: readonly ScriptedWorker[];
  /** A worker that takes every session unless its script says otherwise; later ones are asked after earlier ones. */
  addWorker(name: string, script?: ScriptedWorker['script']): Promise<ScriptedWorker>;
}

/** Opens a fleet without workers, which `onTestFinished` of the test's context ends. */
export async function openScriptedFleet(
  onTestFinished: (end: () => Promise<void>) => void,
  options: Omit<ClusterOptions, 'engine' | 'workers'> = {},
): Promise<ScriptedFleet> {
  const cluster = await startCluster({ ...options, engine: createScriptedEngine(), workers: 0 });
  const workers: ScriptedWorker[] = [];
  onTestFinished(async () => {
    await cluster.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
  });
  return {
    cluster,
    workers,
    async addWorker(name, script = ({ ready }) => ready()) {
      const worker = await startScriptedWorker(script);
      workers.push(worker);
      const info = workerInfo(name, {
        endpoint: worker.url,
        capacity: 100 - workers.length,
        models: ['scripted-en', 'fast'],
      });
      await cluster.registry.registration.register(info, 60_000);
      return worker;
    },
  };
}

import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createContext, type ProcessContext } from '../../src/app/process-context.ts';
import { runWorker } from '../../src/app/run-worker.ts';
import type { AsrEngine } from '../../src/engine/asr-engine.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { Registry } from '../../src/registry/ports.ts';

const OPTIONS = { listen: '127.0.0.1:0', capacity: 'auto', heartbeatMs: 50 } as const;

/** An engine that can be made to fail, which a real one does only when native code breaks. */
function createBreakableEngine(): { engine: AsrEngine; fail: (error: Error) => void } {
  const listeners: ((error: Error) => void)[] = [];
  const model = { name: 'rt-tiny', aliases: ['fast'], languages: ['en'], streaming: true, chunkMs: 160 };
  const stats = {
    sessions: 0,
    steps: 10,
    stepP50Ms: 4,
    stepP95Ms: 5,
    stepP99Ms: 6,
    batchFill: 1.5,
    lagP50Ms: 0,
    lagP95Ms: 0,
  };
  return {
    engine: {
      models: [model],
      provider: 'cpu',
      historySamples: 0,
      capacity: () => 7,
      layout: { engines: 1, intraOpThreads: 1 },
      measured: [],
      open: () => {
        throw new Error('nobody opens a session here');
      },
      stats: () => stats,
      onFailure: (listener) => void listeners.push(listener),
      close: async () => {},
    },
    fail: (error) => {
      for (const listener of listeners) listener(error);
    },
  };
}

let context: ProcessContext;
let registry: Registry;

beforeEach(() => {
  context = createContext('worker', { logLevel: 'silent' });
  registry = createMemoryRegistry({ clock: context.clock });
});
afterEach(() => context.closing.close());

it('tells the fleet the capacity its engine measured', async () => {
  const { engine } = createBreakableEngine();
  const worker = await runWorker({ context, registry, engine, options: OPTIONS });
  expect(await registry.fleet.workers()).toMatchObject([
    { id: worker.id, capacity: 7, models: ['rt-tiny', 'fast'], host: hostname(), endpoint: worker.url },
  ]);
});

it('advertises what it is told to', async () => {
  const { engine } = createBreakableEngine();
  const options = { ...OPTIONS, advertise: 'ws://10.0.0.7:9000' };
  await runWorker({ context, registry, engine, options });
  expect(await registry.fleet.workers()).toMatchObject([{ endpoint: 'ws://10.0.0.7:9000' }]);
});

it('fails with its engine', async () => {
  const { engine, fail } = createBreakableEngine();
  const worker = await runWorker({ context, registry, engine, options: OPTIONS });
  const failure = new Error('the engine thread ended by itself');
  fail(failure);
  expect(await worker.failed).toBe(failure);
});

it('shows the figures of its engine at each scrape', async () => {
  const { engine } = createBreakableEngine();
  const worker = await runWorker({ context, registry, engine, options: OPTIONS });
  const scrape = async (): Promise<string> => (await fetch(`${worker.http}/metrics`)).text();
  await scrape();
  const text = await scrape();
  expect(text).toMatch(/^rt_worker_capacity 7$/m);
  expect(text).toMatch(/^rt_worker_steps_total 10$/m);
  expect(text).toMatch(/^rt_worker_step_seconds\{quantile="0.95"\} 0.005$/m);
  expect(text).toMatch(/^rt_worker_batch_fill 1.5$/m);
});

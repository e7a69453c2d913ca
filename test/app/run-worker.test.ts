import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createContext, type ProcessContext } from '../../src/app/process-context.ts';
import { runWorker } from '../../src/app/run-worker.ts';
import type { SizedEngine } from '../../src/engine/engine.ts';
import { createMemoryRegistry } from '../../src/registry/memory-registry.ts';
import type { Registry } from '../../src/registry/ports.ts';

const OPTIONS = { listen: '127.0.0.1:0', capacity: 'auto', heartbeatMs: 50 } as const;

/** An engine that can be made to fail, which a real one does only when native code breaks. */
function createBreakableEngine(): { engine: SizedEngine; fail: (error: Error) => void } {
  const listeners: ((error: Error) => void)[] = [];
  const model = { name: 'rt-tiny', aliases: ['fast'], languages: ['en'], streaming: true, chunkMs: 160 };
  const stats = {
    sessions: 0,
    steps: 10,
    stepP50Ms: 4,
    stepP95Ms: 5,
    stepP99Ms: 6,
    longestStepMs: 6,
    batchFill: 1.5,
    lagP50Ms: 0,
    lagP95Ms: 0,
    stepWaitP50Ms: 0,
    stepWaitP95Ms: 0,
  };
  return {
    engine: {
      kind: 'asr',
      models: [model],
      provider: 'cpu',
      historySamples: 0,
      capacity: () => 7,
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

it('says in its log when half of its slots are gone, once, and not when a few are', async () => {
  const { engine } = createBreakableEngine();
  let capacity = 100;
  const warn = vi.fn();
  await runWorker({
    context: { ...context, log: { ...context.log, warn } },
    registry,
    engine: { ...engine, capacity: () => capacity },
    options: OPTIONS,
  });
  const published = (value: number) => {
    capacity = value;
    return expect.poll(async () => (await registry.fleet.workers())[0]?.capacity).toBe(value);
  };
  await published(60);
  expect(warn).not.toHaveBeenCalled();
  await published(2);
  await published(2);
  expect(warn.mock.calls).toEqual([
    ['capacity fell by half or more', { from: 100, to: 2, hint: expect.stringContaining('memory') }],
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

describe('the memory of the GPU in the record', () => {
  let folder: string;

  /** A stand-in for nvidia-smi before any other, and the second GPU as the one to use. */
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rt-smi-'));
    const tool = join(folder, 'nvidia-smi');
    await writeFile(tool, "#!/bin/sh\necho '0, GPU-a, 1, 1024'; echo '1, GPU-b, 4301, 24564'\n");
    await chmod(tool, 0o755);
    vi.stubEnv('PATH', [folder, process.env['PATH'] ?? ''].join(delimiter));
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '1');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('[ENG-116] is that of the GPU CUDA computes on', async () => {
    const engine = { ...createBreakableEngine().engine, provider: 'cuda' };
    await runWorker({ context, registry, engine, options: OPTIONS });
    await vi.waitFor(async () => {
      expect(await registry.fleet.workers()).toMatchObject([
        { provider: 'cuda', gpuMemoryUsed: '4.2GB', gpuMemoryTotal: '24GB' },
      ]);
    });
  });

  it.each(['cpu', 'webgpu'])('[ENG-116] is empty on %s', async (provider) => {
    const engine = { ...createBreakableEngine().engine, provider };
    await runWorker({ context, registry, engine, options: OPTIONS });
    const beats = vi.spyOn(registry.registration, 'beat');
    await vi.waitFor(() => expect(beats.mock.calls.length).toBeGreaterThan(2));
    expect(beats.mock.lastCall?.[0]).toMatchObject({ gpuMemoryUsed: '', gpuMemoryTotal: '' });
  });
});

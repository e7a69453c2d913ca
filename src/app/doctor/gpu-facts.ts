/** Which accelerators this machine shows, and which of them really compute. Never rejects. */
import { execa } from 'execa';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { visibleCudaDevices } from '../../config/cuda-devices.ts';
import type { Gpu } from '../../engine/provider/explain-failure.ts';
import { type ProbeOutcome, probeProvider } from '../../engine/provider/probe.ts';
import { visibleGpus } from '../../engine/provider/visible-gpus.ts';

export interface GpuFacts {
  /** Providers of the inference runtime, or why it cannot be loaded. */
  readonly runtime:
    | {
        readonly type: 'loaded';
        readonly providers: readonly { readonly name: string; readonly bundled: boolean }[];
      }
    | { readonly type: 'broken'; readonly reason: string };
  /** `NAME, driver VERSION, N MiB` of each card, as nvidia-smi tells; undefined without it. */
  readonly cards: readonly string[] | undefined;
  /** CUDA_VISIBLE_DEVICES, where it is set. */
  readonly cudaDevices: string | undefined;
  /** What became of each provider that is worth a try; empty where no device is to be seen. */
  readonly probes: ReadonlyMap<Gpu, ProbeOutcome>;
}

const PROBE_WITHIN_MS = 15_000;
const ANSWER_WITHIN_MS = 5000;
const QUERY = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];

export async function gatherGpuFacts(clock: Clock): Promise<GpuFacts> {
  const probes = new Map<Gpu, ProbeOutcome>();
  for (const provider of visibleGpus())
    probes.set(provider, await probeProvider(provider, { clock, limitMs: PROBE_WITHIN_MS }));
  return {
    runtime: await loadRuntime(),
    cards: await readCards(),
    cudaDevices: visibleCudaDevices(),
    probes,
  };
}

/** A native library that does not fit this machine fails here. */
async function loadRuntime(): Promise<GpuFacts['runtime']> {
  try {
    const { builtInProviders } = await import('../../engine/onnx.ts');
    return { type: 'loaded', providers: builtInProviders() };
  } catch (error) {
    return { type: 'broken', reason: messageOf(error) };
  }
}

async function readCards(): Promise<readonly string[] | undefined> {
  const result = await execa('nvidia-smi', QUERY, {
    timeout: ANSWER_WITHIN_MS,
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
  });
  if (result.failed) return undefined;
  return result.stdout
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .flatMap(([name, driver, memory]) =>
      driver === undefined ? [] : [`${name}, driver ${driver}, ${memory}`],
    );
}

/** Runs the probe's graph on a provider and on the CPU, in the process it is called in. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { loadGraph, type Provider, type Tensor } from '../onnx.ts';
import { misplaced, type Placement, readPlacement } from './node-placement.ts';
import type { FromProbe, ToProbe } from './probe-messages.ts';
import { PROBE_OPERATORS, probeInputs, probeModel } from './probe-model.ts';

const MOST_ROUNDS = 3;
/** A software renderer may take seconds a round: one is enough then. */
const ENOUGH_MS = 500;

interface Run {
  readonly result: readonly number[];
  readonly fastestMs: number;
  readonly placement: Placement;
}

/**
 * Blocks the calling thread, and a bad driver may end the process: for a child process.
 * @throws RtError model_invalid when the provider is not to be had, asr_failed when it cannot compute
 */
export async function runProbe(
  { provider, folder }: ToProbe,
  clock: Clock,
): Promise<Extract<FromProbe, { type: 'ran' }>> {
  const path = join(folder, 'probe.onnx');
  await writeFile(path, probeModel());
  const cpu = await runOn('cpu', { path, folder, clock });
  const other = provider === 'cpu' ? cpu : await runOn(provider, { path, folder, clock });
  return {
    type: 'ran',
    misplaced: misplaced(other.placement, { provider, operators: PROBE_OPERATORS }),
    isExact:
      other.result.length === cpu.result.length && other.result.every((value, i) => value === cpu.result[i]),
    runMs: other.fastestMs,
    cpuRunMs: cpu.fastestMs,
  };
}

async function runOn(
  provider: Provider,
  { path, folder, clock }: { readonly path: string; readonly folder: string; readonly clock: Clock },
): Promise<Run> {
  const profileName = `profile-${provider}`;
  const options = { provider, intraOpThreads: 1, profilePrefix: join(folder, profileName) };
  const graph = await loadGraph(path, options);
  const feeds: Record<string, Tensor> = {};
  for (const [name, input] of Object.entries(probeInputs())) feeds[name] = { type: 'float32', ...input };
  let outputs = await graph.run(feeds);
  const timesMs: number[] = [];
  const beganMs = clock.nowMs();
  while (timesMs.length < MOST_ROUNDS && clock.nowMs() - beganMs < ENOUGH_MS) {
    const startedMs = clock.nowMs();
    outputs = await graph.run(feeds);
    timesMs.push(clock.nowMs() - startedMs);
  }
  await graph.release();
  return {
    result: Array.from(outputs['result']?.data ?? [], Number),
    fastestMs: Math.min(...timesMs),
    placement: readPlacement(await readProfile(folder, profileName)),
  };
}

/** The runtime adds the time of day to the name it was given. */
async function readProfile(folder: string, profileName: string): Promise<string> {
  const found = (await readdir(folder)).find((name) => name.startsWith(profileName));
  if (found === undefined) throw new RtError('internal_error', 'The runtime wrote no profile of the probe');
  return readFile(join(folder, found), 'utf8');
}

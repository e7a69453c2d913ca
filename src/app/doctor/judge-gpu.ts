/** What is to be said of the accelerators of this machine. Pure. */
import type { ProbeOutcome } from '../../engine/provider/probe.ts';
import { type Finding, fail, ok, skip, warn } from './finding.ts';
import type { GpuFacts } from './gpu-facts.ts';

export function judgeGpu(facts: GpuFacts): readonly Finding[] {
  return [runtime(facts), ...devices(facts), ...probes(facts)];
}

function runtime({ runtime: found }: GpuFacts): Finding {
  if (found.type === 'broken') {
    return fail('onnxruntime', found.reason.split('\n', 1)[0] ?? 'it cannot be loaded', {
      hint: 'No engine can start: install the dependencies for this machine and this Node.',
      fix: 'npm rebuild onnxruntime-node',
    });
  }
  const names = found.providers.map(({ name, bundled }) => (bundled ? name : `${name} (with its libraries)`));
  return ok('onnxruntime', `loads; providers ${names.join(', ')}`);
}

function devices({ cards, cudaDevices, probes: tried }: GpuFacts): readonly Finding[] {
  if (tried.size === 0 && cards === undefined)
    return [skip('devices', 'no GPU is to be seen; inference runs on the CPU')];
  const limited = cudaDevices === undefined ? '' : `, CUDA_VISIBLE_DEVICES=${cudaDevices}`;
  if (cards !== undefined) return [ok('devices', `${cards.join('; ')}${limited}`)];
  return [ok('devices', `device files of a GPU are here, nvidia-smi is not${limited}`)];
}

function probes({ probes: tried }: GpuFacts): readonly Finding[] {
  const isAnyActive = [...tried.values()].some(({ type }) => type === 'active');
  return [...tried].map(([provider, outcome]) => probe(provider, outcome, isAnyActive));
}

/** Where one provider computes, another one that does not is no loss. */
function probe(provider: string, outcome: ProbeOutcome, isAnyActive: boolean): Finding {
  if (outcome.type === 'inactive') {
    const say = isAnyActive ? skip : warn;
    return say(provider, outcome.reason, { hint: outcome.whatToDo });
  }
  const { runMs, cpuRunMs } = outcome;
  const text = `computes: ${runMs.toFixed(2)} ms, ${cpuRunMs.toFixed(2)} ms on one core of the CPU`;
  if (runMs < cpuRunMs) return ok(provider, text);
  return warn(provider, text, { hint: 'Slower than the CPU: is its driver a software renderer?' });
}

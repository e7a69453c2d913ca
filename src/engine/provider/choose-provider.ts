/**
 * Which provider an engine runs on. One that was asked for is proven or refused, never replaced; `auto` takes a GPU
 * only where one is visible, computes, and does so faster than one core of the CPU: software renderers pass for GPUs
 * and are a hundred times slower.
 */
import { RtError } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import type { Provider } from '../onnx.ts';
import type { Gpu } from './explain-failure.ts';
import type { ProbeOutcome } from './probe.ts';

export type ProviderChoice = 'auto' | Provider;

export interface ProviderParts {
  readonly log: Logger;
  /** Providers worth probing for `auto`, best first. */
  readonly visible: () => readonly Gpu[];
  readonly probe: (provider: Gpu) => Promise<ProbeOutcome>;
}

/** @throws RtError provider_unavailable when a provider was asked for that does not compute here */
export async function chooseProvider(choice: ProviderChoice, parts: ProviderParts): Promise<Provider> {
  if (choice === 'cpu') return 'cpu';
  return choice === 'auto' ? chooseAny(parts) : demand(choice, parts);
}

async function demand(provider: Gpu, { log, probe }: ProviderParts): Promise<Provider> {
  const outcome = await probe(provider);
  if (outcome.type === 'inactive') {
    throw new RtError('provider_unavailable', `${provider} does not compute here: ${outcome.reason}`, {
      hint: outcome.whatToDo,
    });
  }
  if (!isWorthwhile(outcome)) {
    log.warn(
      'the GPU is slower than one core of the CPU: is its driver a software renderer?',
      timesOf(outcome),
    );
  }
  log.info('inference runs on a GPU', { provider, ...timesOf(outcome) });
  return provider;
}

async function chooseAny({ log, visible, probe }: ProviderParts): Promise<Provider> {
  const refused: string[] = [];
  for (const provider of visible()) {
    const outcome = await probe(provider);
    if (outcome.type === 'active' && isWorthwhile(outcome)) {
      log.info('inference runs on a GPU', { provider, ...timesOf(outcome) });
      return provider;
    }
    const reason = outcome.type === 'active' ? 'slower than one core of the CPU' : outcome.reason;
    refused.push(`${provider}: ${reason}`);
  }
  log.info('inference runs on the CPU', { reason: refused.join('; ') || 'no GPU is visible' });
  return 'cpu';
}

type Active = Extract<ProbeOutcome, { type: 'active' }>;

function isWorthwhile({ runMs, cpuRunMs }: Active): boolean {
  return runMs < cpuRunMs;
}

function timesOf({ runMs, cpuRunMs }: Active): { readonly probeMs: number; readonly cpuProbeMs: number } {
  const rounded = (ms: number): number => Math.round(ms * 100) / 100;
  return { probeMs: rounded(runMs), cpuProbeMs: rounded(cpuRunMs) };
}

/** Readiness of processes that are of no use without the registry. */
import type { Registry } from '../registry/ports.ts';
import type { Readiness } from './health.ts';

const LONGEST_SILENCE_MS = 10_000;

export function registryReadiness(registry: Pick<Registry, 'silentForMs'>, isDraining: boolean): Readiness {
  if (isDraining) return { reason: 'draining' };
  const silentForMs = registry.silentForMs();
  if (silentForMs <= LONGEST_SILENCE_MS) return 'ready';
  return { reason: `Redis has not answered for ${String(Math.round(silentForMs / 1000))} s` };
}

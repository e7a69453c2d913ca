/**
 * Readiness of processes that are of no use without the registry. An answer is not enough: a Redis without memory
 * answers every question and refuses every write, and no session can begin on it.
 */
import type { Registry } from '../registry/ports.ts';
import type { Readiness } from './health.ts';

/** Five digests; one that is late or lost says nothing. */
const LONGEST_SILENCE_MS = 10_000;

type Silence = Pick<Registry, 'silentForMs' | 'unwrittenForMs'>;

/** `ready` while Redis answers and takes writes. */
export function registryReadiness(registry: Silence, isDraining: boolean): Readiness {
  if (isDraining) return { reason: 'draining' };
  const silentForMs = registry.silentForMs();
  if (silentForMs > LONGEST_SILENCE_MS)
    return { reason: `Redis has not answered for ${seconds(silentForMs)} s` };
  if (takesWrites(registry)) return 'ready';
  const unwrittenForMs = registry.unwrittenForMs();
  const since = Number.isFinite(unwrittenForMs) ? `for ${seconds(unwrittenForMs)} s` : 'yet';
  return { reason: `Redis answers but has taken no write ${since}: is its memory full?` };
}

/** Whether Redis has taken what this process says of itself lately. */
export function takesWrites(registry: Pick<Registry, 'unwrittenForMs'>): boolean {
  return registry.unwrittenForMs() <= LONGEST_SILENCE_MS;
}

function seconds(ms: number): string {
  return String(Math.round(ms / 1000));
}

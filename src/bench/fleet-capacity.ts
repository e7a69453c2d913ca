/** How many sessions a cluster says that it holds, asked of its gateway over HTTP. */
import { messageOf, RtError } from '../base/errors.ts';

const ENOUGH_MS = 5000;
const HINT = 'Say with --capacity how many sessions it holds.';

/**
 * Slots of all workers that take sessions.
 * @throws RtError gateway_unreachable; no_capacity when there are none; usage when the answer is not a number of slots
 */
export async function fleetCapacity(gateway: string): Promise<number> {
  const url = `${gateway.replace(/^ws/, 'http').replace(/\/+$/, '')}/v1/realtime/status`;
  const response = await fetch(url, { signal: AbortSignal.timeout(ENOUGH_MS), redirect: 'error' }).catch(
    (cause: unknown) => {
      throw new RtError('gateway_unreachable', `${url} does not answer: ${messageOf(cause)}`, { cause });
    },
  );
  const status: unknown = await response.json().catch(() => undefined);
  const capacity =
    typeof status === 'object' && status !== null && 'capacity' in status ? status.capacity : undefined;
  if (!response.ok || typeof capacity !== 'number') {
    throw new RtError('usage', `${url} does not tell the capacity (HTTP ${String(response.status)})`, {
      hint: HINT,
    });
  }
  if (capacity > 0) return capacity;
  throw new RtError('no_capacity', 'The cluster has no worker that takes sessions', {
    hint: 'Start one with rt worker, or wait for it with rt wait cluster --workers 1.',
  });
}

/** I3: a worker never holds more sessions than its capacity, and none, and no lease, 10 s after the last one left. */
import type { RunRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

export const FREE_WITHIN_MS = 10_000;

export function checkSlots(run: RunRecord): readonly Violation[] {
  const samples = run.of('slots');
  const over = samples
    .filter(({ active, capacity }) => active > capacity)
    .map(({ worker, active, capacity, t_ms: atMs }) => ({
      message: `${worker} held ${active} sessions with ${capacity} slots`,
      atMs,
    }));
  return [...over, ...checkLeftOver(run)];
}

function checkLeftOver(run: RunRecord): readonly Violation[] {
  const { endedMs } = run;
  const slots = run.of('slots');
  const leases = run.of('leases');
  if (slots.length + leases.length === 0) return [];
  if (endedMs === undefined)
    return [{ message: 'the history breaks off before the sessions ended', atMs: 0 }];
  const isInTime = ({ t_ms: atMs }: { readonly t_ms: number }): boolean => atMs <= endedMs + FREE_WITHIN_MS;
  const violations: Violation[] = [];
  const last = new Map(slots.filter(isInTime).map((sample) => [sample.worker, sample]));
  for (const { worker, active, t_ms: atMs } of last.values()) {
    if (active > 0) violations.push({ message: `${worker} still holds ${active} slots`, atMs });
  }
  const lease = leases.filter(isInTime).at(-1);
  if (lease !== undefined && lease.sessions > 0) {
    violations.push({ message: `${lease.sessions} session leases are left`, atMs: lease.t_ms });
  }
  const isObserved = [...slots, ...leases].some(({ t_ms: atMs }) => atMs >= endedMs);
  if (!isObserved) violations.push({ message: 'nobody looked at the slots after the end', atMs: endedMs });
  return violations;
}

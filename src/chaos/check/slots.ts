/** I3: a worker never holds more sessions than its capacity, and none, and no lease, soon after the last one left. */
import type { HistoryEntry } from '../history/entry.ts';
import type { RunRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

const FREE_WITHIN_MS = 10_000;
/** What a gateway held that was killed is free after its leases, 15 s, and one sweep (REG-28). */
const FREE_AFTER_GATEWAY_MS = 20_000;

/** How long after the end something may still be held. */
export function freeWithinMs(entries: readonly HistoryEntry[]): number {
  const isWithoutOwner = entries.some(
    (entry) => entry.op === 'fault' && entry.role === 'gateway' && entry.kind === 'kill',
  );
  return isWithoutOwner ? FREE_AFTER_GATEWAY_MS : FREE_WITHIN_MS;
}

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
  const graceMs = freeWithinMs(run.of('fault'));
  const isInTime = ({ t_ms: atMs }: { readonly t_ms: number }): boolean => atMs <= endedMs + graceMs;
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

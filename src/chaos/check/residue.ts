/** I6: open files of each process and lasting keys of the store are back where they were before the sessions. */
import type { EntryOf } from '../history/entry.ts';
import type { RunRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

const SHARE = 0.05;
/** Of few things one more is already more than the share: a connection that is being reopened. */
const LEAST = 2;

/** The most of `before` that still counts as the same. */
export function mostAfter(before: number): number {
  return Math.max(before * (1 + SHARE), before + LEAST);
}

/** Keys that do not go by themselves. */
export function lastingKeys({ total, expiring }: Pick<EntryOf<'keys'>, 'total' | 'expiring'>): number {
  return total - expiring;
}

export function checkResidue(run: RunRecord): readonly Violation[] {
  const { endedMs } = run;
  if (endedMs === undefined) return [];
  const violations: Violation[] = [];
  const gauges = run.of('gauge');
  for (const pid of new Set(gauges.map((gauge) => gauge.pid))) {
    const [before, after] = ends(
      gauges.filter((gauge) => gauge.pid === pid),
      endedMs,
    );
    if (before && after && after.fds > mostAfter(before.fds)) {
      violations.push({
        message: `${after.role} ${after.id} has ${after.fds} open files, ${before.fds} before`,
        atMs: after.t_ms,
      });
    }
  }
  const [before, after] = ends(run.of('keys'), endedMs);
  if (before && after && lastingKeys(after) > mostAfter(lastingKeys(before))) {
    violations.push({
      message: `${lastingKeys(after)} lasting keys are in the store, ${lastingKeys(before)} before`,
      atMs: after.t_ms,
    });
  }
  return violations;
}

/** The first of `entries`, and the last one after the end. */
function ends<T extends { readonly t_ms: number }>(
  entries: readonly T[],
  endedMs: number,
): readonly [T | undefined, T | undefined] {
  return [
    entries.find(({ t_ms: atMs }) => atMs < endedMs),
    entries.findLast(({ t_ms: atMs }) => atMs >= endedMs),
  ];
}

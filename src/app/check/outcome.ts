/** What a check for a monitor comes to: a state, why, and figures with their bounds. Pure. */

export type CheckName = 'cluster' | 'redis' | 'gateway' | 'worker' | 'latency';

export type CheckState = 'ok' | 'warning' | 'critical' | 'unknown';

/** A figure; `most` alarms above its bounds, `least` below them. */
export interface Measure {
  /** In snake_case, without the unit. */
  readonly name: string;
  readonly help: string;
  readonly unit: '' | 'ms' | 'B';
  readonly value: number;
  readonly bound?: {
    readonly side: 'most' | 'least';
    readonly warn: number | undefined;
    readonly crit: number | undefined;
  };
}

export interface Problem {
  readonly state: 'warning' | 'critical';
  readonly text: string;
}

export interface CheckOutcome {
  readonly check: CheckName;
  /** What was looked at: a worker's id, a gateway's address; empty for the cluster. */
  readonly subject: string;
  readonly state: CheckState;
  /** When all is well. */
  readonly summary: string;
  /** The gravest first. */
  readonly problems: readonly Problem[];
  readonly measures: readonly Measure[];
}

/** The outcome of what was seen: problems, and measures outside of their bounds. */
export function concluded(
  seen: Pick<CheckOutcome, 'check' | 'subject' | 'summary' | 'measures'> & {
    readonly problems: readonly Problem[];
  },
): CheckOutcome {
  const problems = [...seen.problems, ...seen.measures.flatMap(exceeded)];
  const critical = problems.filter(({ state }) => state === 'critical');
  const warnings = problems.filter(({ state }) => state === 'warning');
  const state = critical.length > 0 ? 'critical' : warnings.length > 0 ? 'warning' : 'ok';
  return { ...seen, state, problems: [...critical, ...warnings] };
}

/** That a check could not be made; never taken for a good sign. */
export function unmade(check: CheckName, subject: string, reason: string): CheckOutcome {
  return { check, subject, state: 'unknown', summary: reason, problems: [], measures: [] };
}

function exceeded(measure: Measure): readonly Problem[] {
  const { bound, value } = measure;
  if (bound === undefined) return [];
  const isBeyond = (limit: number | undefined): limit is number =>
    limit !== undefined && (bound.side === 'most' ? value > limit : value < limit);
  const text = (limit: number): string =>
    `${measure.name.replaceAll('_', ' ')} ${figure(measure, value)}, ${bound.side === 'most' ? 'more' : 'less'} than ${figure(measure, limit)}`;
  if (isBeyond(bound.crit)) return [{ state: 'critical', text: text(bound.crit) }];
  return isBeyond(bound.warn) ? [{ state: 'warning', text: text(bound.warn) }] : [];
}

/** A value with its unit, for people. */
export function figure({ unit }: Pick<Measure, 'unit'>, value: number): string {
  const digits = Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}

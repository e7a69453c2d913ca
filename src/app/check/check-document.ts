/** An outcome as JSON. */
import type { CheckName, CheckOutcome, CheckState, Problem } from './outcome.ts';

export interface CheckDocument {
  readonly schema: 'rt.check/v1';
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly check: CheckName;
  readonly subject: string;
  readonly state: CheckState;
  readonly summary: string;
  readonly problems: readonly Problem[];
  /** Milliseconds or bytes by `unit`; bounds are null where there is none. */
  readonly measures: readonly {
    readonly name: string;
    readonly unit: string;
    readonly value: number;
    readonly warn: number | null;
    readonly crit: number | null;
  }[];
}

export function checkDocument(outcome: CheckOutcome, date: Date): CheckDocument {
  const { check, subject, state, summary, problems, measures } = outcome;
  return {
    schema: 'rt.check/v1',
    at: date.toISOString(),
    ...{ check, subject, state, summary, problems },
    measures: measures.map(({ name, unit, value, bound }) => ({
      ...{ name, unit, value },
      warn: bound?.warn ?? null,
      crit: bound?.crit ?? null,
    })),
  };
}

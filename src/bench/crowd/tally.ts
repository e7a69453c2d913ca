/** What the sessions of a crowd came to, counted as each of them ends. */
import { dueMs, messageOf, type SessionPlan, type Timing } from '../schedule.ts';
import type { SessionRun } from '../session-run.ts';
import type { SessionOutcome } from '../session-outcome.ts';

/** One session that is over. */
export interface EndedSession {
  readonly speaker: number;
  readonly plan: SessionPlan;
  readonly hasBegun: boolean;
  readonly outcome: SessionOutcome;
  /** Position up to which results have answered. */
  readonly answeredSamples: number;
  readonly endedAtMs: number;
}

export interface Tally {
  readonly counts: {
    /** Connections that were opened. */
    readonly sessions: number;
    readonly admitted: number;
    readonly refused: number;
    readonly errors: number;
    readonly incomplete: number;
  };
  readonly refusalsByCode: Readonly<Record<string, number>>;
  readonly errorsByCode: Readonly<Record<string, number>>;
  readonly warningsByCode: Readonly<Record<string, number>>;
  /** Of refusals; without it those that gave none. */
  readonly retryAfterMs: { readonly min: number; readonly max: number } | undefined;
  readonly refusalsWithoutHint: number;
  /** Resolved name of the model, where a session was told. */
  readonly model: string | undefined;
  ended(session: EndedSession): void;
  begun(model: SessionRun['model']): void;
  warned(code: string): void;
}

export function createTally(): Tally {
  const counts = { sessions: 0, admitted: 0, refused: 0, errors: 0, incomplete: 0 };
  const refusalsByCode: Record<string, number> = {};
  const errorsByCode: Record<string, number> = {};
  const warningsByCode: Record<string, number> = {};
  let retryAfterMs: Tally['retryAfterMs'];
  let refusalsWithoutHint = 0;
  let model: string | undefined;

  const refused = (fault: Extract<SessionOutcome, { type: 'refused' }>['fault']): void => {
    counts.refused += 1;
    addTo(refusalsByCode, fault.code);
    const hintMs = fault.retryAfterMs;
    if (hintMs === undefined) refusalsWithoutHint += 1;
    else {
      const { min = hintMs, max = hintMs } = retryAfterMs ?? {};
      retryAfterMs = { min: Math.min(min, hintMs), max: Math.max(max, hintMs) };
    }
  };
  return {
    counts,
    refusalsByCode,
    errorsByCode,
    warningsByCode,
    get retryAfterMs() {
      return retryAfterMs;
    },
    get refusalsWithoutHint() {
      return refusalsWithoutHint;
    },
    get model() {
      return model;
    },
    begun(name) {
      model ??= name;
    },
    warned: (code) => addTo(warningsByCode, code),
    ended({ hasBegun, outcome }) {
      counts.sessions += 1;
      if (hasBegun) counts.admitted += 1;
      if (outcome.type === 'refused') refused(outcome.fault);
      else if (outcome.type === 'complete') counts.incomplete += outcome.isWhole ? 0 : 1;
      else {
        counts.errors += 1;
        addTo(errorsByCode, outcome.fault.code);
      }
    },
  };
}

function addTo(counts: Record<string, number>, code: string): void {
  counts[code] = (counts[code] ?? 0) + 1;
}

/** Milliseconds of audio of one session that were due in [fromMs, untilMs) and answered. */
export function answeredMs(
  { plan, outcome, answeredSamples }: Pick<EndedSession, 'plan' | 'outcome' | 'answeredSamples'>,
  window: { readonly schedule: Timing; readonly fromMs: number; readonly untilMs: number },
): number {
  const { schedule, fromMs, untilMs } = window;
  const lastMessage =
    outcome.type === 'complete'
      ? plan.messages - 1
      : answeredSamples === 0
        ? -1
        : messageOf(schedule, answeredSamples);
  const answeredUntilMs = dueMs(schedule, plan, lastMessage);
  return Math.max(0, Math.min(answeredUntilMs, untilMs) - Math.max(plan.startAtMs, fromMs));
}

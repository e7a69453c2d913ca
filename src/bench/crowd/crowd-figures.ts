/** What all runs of a crowd tell alike: how many sessions came to what. Pure. */
import type { StepRecorder } from '../recorder.ts';
import type { Tally } from './tally.ts';

export const CROWD_FIGURES = [
  'sessions',
  'admitted',
  'refused',
  'errors',
  'incomplete',
  'timeouts',
  'warnings',
] as const;

export function crowdFigures(
  { counts, warningsByCode }: Tally,
  recorder: StepRecorder,
): Readonly<Record<(typeof CROWD_FIGURES)[number], number>> {
  const warnings = Object.values(warningsByCode).reduce((sum, count) => sum + count, 0);
  return { ...counts, timeouts: recorder.counts.timeouts, warnings };
}

export function crowdDetails(tally: Tally): Readonly<Record<string, unknown>> {
  const { refusalsByCode, errorsByCode, warningsByCode, retryAfterMs, refusalsWithoutHint } = tally;
  return {
    refusals_by_code: refusalsByCode,
    errors_by_code: errorsByCode,
    warnings_by_code: warningsByCode,
    retry_after_ms: retryAfterMs ?? null,
    refusals_without_hint: refusalsWithoutHint,
  };
}

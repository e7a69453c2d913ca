/** Many verdicts as one: of all trials of a run, or of all files given. */
import { nearestRank } from '../../base/quantile-window.ts';
import { INVARIANTS } from './check-history.ts';
import type { Figures, Spread, Verdict } from './verdict.ts';

export interface VerdictSum {
  readonly histories: number;
  readonly violated: number;
  readonly invariants: readonly {
    readonly id: string;
    readonly title: string;
    readonly violations: number;
  }[];
  readonly totals: Readonly<
    Record<'sessions' | 'refused' | 'words' | 'faults' | 'failovers' | 'resumes' | 'echoes', number>
  >;
  /** Of sessions that lost their worker or their connection. */
  readonly gapFirstMs: Spread;
  readonly gapFinalMs: Spread;
  /** Of every session. */
  readonly gapFirstOfAllMs: Spread;
  readonly resumeMs: Spread;
}

export function isKept({ invariants }: Verdict): boolean {
  return invariants.every(({ ok }) => ok);
}

export function sumVerdicts(verdicts: readonly Verdict[]): VerdictSum {
  const figures = verdicts.map((verdict) => verdict.figures);
  const gaps = figures.flatMap((one) => one.gaps);
  const disturbed = gaps.filter((gap) => gap.disturbed);
  const total = (name: keyof VerdictSum['totals']): number =>
    figures.reduce((sum, one: Figures) => sum + one[name], 0);
  return {
    histories: verdicts.length,
    violated: verdicts.filter((verdict) => !isKept(verdict)).length,
    invariants: INVARIANTS.map(({ id, title }) => ({
      id,
      title,
      violations: verdicts
        .flatMap(({ invariants }) => invariants)
        .filter((invariant) => invariant.id === id)
        .reduce((sum, { violations }) => sum + violations.length, 0),
    })),
    totals: {
      sessions: total('sessions'),
      refused: total('refused'),
      words: total('words'),
      faults: total('faults'),
      failovers: total('failovers'),
      resumes: total('resumes'),
      echoes: total('echoes'),
    },
    gapFirstMs: spreadOf(disturbed.map(({ gapFirstMs }) => gapFirstMs)),
    gapFinalMs: spreadOf(disturbed.map(({ gapFinalMs }) => gapFinalMs)),
    gapFirstOfAllMs: spreadOf(gaps.map(({ gapFirstMs }) => gapFirstMs)),
    resumeMs: spreadOf(figures.flatMap((one) => one.resumeMs)),
  };
}

/** Percentiles by nearest rank, in whole milliseconds. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | null => {
    const value = nearestRank(sorted, share);
    return value === undefined ? null : Math.round(value);
  };
  return { count: values.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

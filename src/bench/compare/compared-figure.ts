/** One figure of two sets of runs, and what may be said of the difference. */
import type { Interval } from './bootstrap.ts';

export type ChangeVerdict =
  | 'better'
  | 'worse'
  /** The interval of the difference holds 0. */
  | 'not distinguishable'
  /** Too few values, or runs, to say. */
  | 'too few';

export interface SideFigure {
  readonly value: number;
  readonly within95: Interval | undefined;
  readonly n: number;
}

export interface ComparedFigure {
  readonly sessions: number | null;
  /** `resp_lag_p95`, `errors`. */
  readonly metric: string;
  readonly a: SideFigure;
  readonly b: SideFigure;
  /** (B - A) / A; undefined where A is 0. */
  readonly change: number | undefined;
  readonly changeWithin95: Interval | undefined;
  readonly verdict: ChangeVerdict;
  readonly isRegression: boolean;
}

/** Before it was held against a bound. */
export type UnjudgedFigure = Omit<ComparedFigure, 'isRegression' | 'sessions'>;

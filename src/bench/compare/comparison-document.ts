/** A comparison as the JSON document `rt.bench-comparison/v1`, and for people. Pure. */
import type { Difference } from './alike.ts';
import { REPLICATES } from './bootstrap.ts';
import type { Comparison } from './compare-runs.ts';
import type { ComparedFigure, SideFigure } from './compared-figure.ts';
import type { RunDocument } from './run-document.ts';
import { msText, type TableColumn } from '../load-table.ts';

interface SideDocument {
  readonly value: number;
  /** 95 %; null where it is not known. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

export interface ComparisonDocument {
  readonly schema: 'rt.bench-comparison/v1';
  readonly a: readonly RunName[];
  readonly b: readonly RunName[];
  readonly method: string;
  readonly max_regress: number;
  /** In what the runs differ though they were compared, which was asked for. */
  readonly differences: readonly Difference[];
  readonly unmatched: readonly string[];
  readonly figures: readonly {
    readonly sessions: number | null;
    readonly metric: string;
    readonly a: SideDocument;
    readonly b: SideDocument;
    readonly change: number | null;
    readonly change_low: number | null;
    readonly change_high: number | null;
    readonly verdict: ComparedFigure['verdict'];
    readonly regression: boolean;
  }[];
  readonly regressions: number;
}

interface RunName {
  readonly path: string;
  readonly at: string;
  readonly commit: string | null;
  /** How often each load was measured. */
  readonly runs: number;
}

const METHOD = `nested bootstrap of order statistics, ${String(REPLICATES)} draws; Hodges-Lehmann for values, Poisson rates for counts; 95 %`;

export function comparisonDocument(
  comparison: Comparison,
  context: {
    readonly a: readonly RunDocument[];
    readonly b: readonly RunDocument[];
    readonly maxRegress: number;
    readonly differences: readonly Difference[];
  },
): ComparisonDocument {
  return {
    schema: 'rt.bench-comparison/v1',
    a: context.a.map(nameOf),
    b: context.b.map(nameOf),
    method: METHOD,
    max_regress: context.maxRegress,
    differences: context.differences,
    unmatched: comparison.unmatched,
    figures: comparison.figures.map((figure) => ({
      sessions: figure.sessions,
      metric: figure.metric,
      a: sideDocument(figure.a),
      b: sideDocument(figure.b),
      change: rounded(figure.change),
      change_low: rounded(figure.changeWithin95?.low),
      change_high: rounded(figure.changeWithin95?.high),
      verdict: figure.verdict,
      regression: figure.isRegression,
    })),
    regressions: comparison.figures.filter(({ isRegression }) => isRegression).length,
  };
}

function nameOf({ path, at, environment, steps }: RunDocument): RunName {
  const { commit } = environment;
  const runsOfLoads = steps.map(({ sessions }) => steps.filter((step) => step.sessions === sessions).length);
  return { path, at, commit: typeof commit === 'string' ? commit : null, runs: Math.max(...runsOfLoads) };
}

function sideDocument({ value, within95, n }: SideFigure): SideDocument {
  return { value, low: within95?.low ?? null, high: within95?.high ?? null, n };
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e4) / 1e4;
}

const right = (header: string): TableColumn => ({ header, align: 'right' });

export const COMPARISON_COLUMNS: readonly TableColumn[] = [
  right('SESSIONS'),
  { header: 'METRIC', align: 'left' },
  ...['A', '95 %', 'B', '95 %', 'CHANGE', '95 %'].map(right),
  { header: 'VERDICT', align: 'left' },
];

export function comparisonRow(figure: ComparisonDocument['figures'][number]): readonly string[] {
  const { sessions, metric, a, b, change, change_low: low, change_high: high } = figure;
  const isTime = /_p\d+$/.test(metric);
  const text = (value: number): string => (isTime ? msText(value) : String(Math.round(value * 1e4) / 1e4));
  const within95 = (side: SideDocument): string =>
    side.low === null || side.high === null ? '-' : `${text(side.low)}..${text(side.high)}`;
  return [
    sessions === null ? '-' : String(sessions),
    metric,
    ...[text(a.value), within95(a), text(b.value), within95(b)],
    change === null ? '-' : percentText(change),
    low === null || high === null ? '-' : `${percentText(low)}..${percentText(high)}`,
    figure.regression ? `${figure.verdict}, beyond the bound` : figure.verdict,
  ];
}

/** What the table means, line by line. */
export function comparisonLines(document: ComparisonDocument): readonly string[] {
  const { a, b, regressions, max_regress: bound } = document;
  const isAlone = ([only, ...others]: readonly RunName[]): boolean => others.length === 0 && only?.runs === 1;
  const oneRun = isAlone(a) || isAlone(b);
  return [
    `A: ${sideText(a)}`,
    `B: ${sideText(b)}`,
    ...document.differences.map(({ field, a: inA, b: inB }) => `differ in ${field}: ${inA} and ${inB}`),
    ...document.unmatched,
    ...(oneRun ? ['one run alone does not know how much runs differ; give folders of several'] : []),
    ...untoldLines(document),
    `regressions beyond ${percentText(bound).replace('+', '')}: ${String(regressions)}`,
  ];
}

/** What a gate did not judge must not look as if it had passed. */
function untoldLines({ figures }: ComparisonDocument): readonly string[] {
  const untold = figures.filter(({ verdict }) => verdict === 'too few').length;
  if (untold === 0) return [];
  return [
    `too few values or runs to judge ${String(untold)} of ${String(figures.length)} figures; measure longer`,
  ];
}

function sideText(runs: readonly RunName[]): string {
  const commits = [...new Set(runs.map(({ commit }) => commit?.slice(0, 12) ?? 'no commit'))];
  const [first] = runs;
  const where =
    runs.length === 1 ? (first?.path ?? '') : `${String(runs.length)} runs, ${first?.path ?? ''} …`;
  return `${where} (${commits.join(', ')})`;
}

export function percentText(share: number): string {
  return `${share >= 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}

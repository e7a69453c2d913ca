/**
 * Two sets of runs against each other: is B slower than A, and is that more than chance? Pure.
 *
 * Always true: a difference is told as better or worse only when its interval leaves 0 out; a regression is one that is
 * worse in that sense and beyond the bound; a run that is void takes no part.
 */
import { randomFrom, seedFrom } from '../../base/random.ts';
import { RtError } from '../../base/errors.ts';
import { type Interval, intervalOf, medianOfRuns, replicatesOf } from './bootstrap.ts';
import { decodeHistogram, type Distribution } from './distribution.ts';
import type { ChangeVerdict, ComparedFigure, SideFigure, UnjudgedFigure } from './compared-figure.ts';
import { compareFigures } from './compare-figures.ts';
import { type RunDocument, type RunStep, sessionsText } from './run-document.ts';

export const PERCENTS = [50, 95, 99] as const;
/** Of the generator, and not of the server. */
const OWN_METRICS = new Set(['lateness']);
/** Values that must lie above a percentile before it is told from another. */
const FEWEST_ABOVE = 5;

export interface ComparisonOptions {
  readonly a: readonly RunDocument[];
  readonly b: readonly RunDocument[];
  /** Share by which a figure may become worse. */
  readonly maxRegress: number;
  /** Names of metrics, or of their figures; all of them where it is empty. */
  readonly metrics: readonly string[];
  readonly seed: number;
}

export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  /** Loads that only one side has. */
  readonly unmatched: readonly string[];
}

/** @throws RtError usage when nothing can be compared: void runs, no load in common, a metric that is none */
export function compareRuns(options: ComparisonOptions): Comparison {
  for (const run of [...options.a, ...options.b]) refuseVoid(run);
  const loads = { a: loadsOf(options.a), b: loadsOf(options.b) };
  const shared = loads.a.filter((load) => loads.b.includes(load));
  const figures = shared.flatMap((sessions) => compareStep(options, sessions));
  refuseUncompared(options, figures);
  const only = (side: 'a' | 'b'): readonly string[] =>
    loads[side]
      .filter((load) => !shared.includes(load))
      .map((load) => `${sessionsText(load ?? 0)} only in ${side.toUpperCase()}`);
  const gone = shared.flatMap((load) => goneAt(options, load));
  return { figures, unmatched: [...only('a'), ...only('b'), ...gone] };
}

/** A gate that compares nothing, or not what was asked for, must not pass. */
function refuseUncompared({ a, metrics }: ComparisonOptions, figures: readonly ComparedFigure[]): void {
  const missing = metrics.find((name) => !figures.some(({ metric }) => isAmong([name], metric)));
  if (missing !== undefined) {
    throw new RtError('usage', `The two have no "${missing}" in common`, {
      hint: `Metrics: ${metricsOf(a).join(', ')}, each with _p50, _p95 and _p99.`,
    });
  }
  if (figures.length === 0) {
    throw new RtError('usage', 'The two have nothing in common that could be compared', {
      hint: 'Compare runs of the same kind and of the same loads.',
    });
  }
}

/** Metrics that have values at this load on one side alone: nothing was compared, and nobody should think it was. */
function goneAt({ a, b, metrics }: ComparisonOptions, sessions: number | null): readonly string[] {
  const where = sessions === null ? '' : ` at ${sessionsText(sessions)}`;
  const measured = (runs: readonly RunDocument[]): readonly string[] =>
    metricsOf(runs).filter((name) => distributionsOf(stepsAt(runs, sessions), name).length > 0);
  const [inA, inB] = [measured(a), measured(b)];
  const only = (names: readonly string[], others: readonly string[], side: string): readonly string[] =>
    names
      .filter(
        (name) =>
          !others.includes(name) && PERCENTS.some((one) => isAmong(metrics, `${name}_p${String(one)}`)),
      )
      .map((name) => `${name}${where} only in ${side}`);
  return [...only(inA, inB, 'A'), ...only(inB, inA, 'B')];
}

/** Names of the histograms that may be compared. */
function metricsOf(runs: readonly RunDocument[]): readonly string[] {
  const names = runs.flatMap(({ steps }) => steps.flatMap(({ metrics }) => Object.keys(metrics)));
  return [...new Set(names)].filter((name) => !OWN_METRICS.has(name));
}

/** A step that was void once and measured then is not void: the ladder offers it again. */
function refuseVoid({ path, steps }: RunDocument): void {
  for (const { sessions, verdict, reasons } of steps) {
    if (verdict !== 'void' || steps.some((step) => step.sessions === sessions && step.verdict !== 'void'))
      continue;
    const where = sessions === null ? '' : ` at ${sessionsText(sessions)}`;
    throw new RtError('usage', `${path} is void${where}: ${reasons.join('; ')}`, {
      hint: 'Its figures are those of the generator. Measure again; rt bench intrinsic says what this machine is good for.',
    });
  }
}

function loadsOf(runs: readonly RunDocument[]): readonly (number | null)[] {
  return [...new Set(runs.flatMap(({ steps }) => steps.map(({ sessions }) => sessions)))];
}

function stepsAt(runs: readonly RunDocument[], sessions: number | null): readonly RunStep[] {
  return runs.flatMap(({ steps }) =>
    steps.filter((step) => step.sessions === sessions && step.verdict !== 'void'),
  );
}

function compareStep(options: ComparisonOptions, sessions: number | null): readonly ComparedFigure[] {
  const [a, b] = [stepsAt(options.a, sessions), stepsAt(options.b, sessions)];
  const isWanted = (metric: string): boolean => isAmong(options.metrics, metric);
  const percentiles = metricsOf(options.a).flatMap((name) => {
    const wanted = PERCENTS.filter((percent) => isWanted(`${name}_p${String(percent)}`));
    const [inA, inB] = [distributionsOf(a, name), distributionsOf(b, name)];
    if (inA.length === 0 || inB.length === 0) return [];
    return wanted.map((percent) => {
      const random = randomFrom(seedFrom(options.seed, name, percent, sessions ?? 'run'));
      const compared = comparePercentile({ a: inA, b: inB, percent, random });
      return { sessions, metric: `${name}_p${String(percent)}`, ...compared };
    });
  });
  const values = compareFigures(a, b).filter(({ metric }) => isWanted(metric));
  const judged = [...percentiles, ...values.map((figure) => ({ sessions, ...figure }))];
  return judged.map((figure) => ({ ...figure, isRegression: isRegression(figure, options.maxRegress) }));
}

function distributionsOf(steps: readonly RunStep[], name: string): readonly Distribution[] {
  return steps.flatMap(({ metrics }) => {
    const figures = metrics[name];
    return figures === undefined || figures.n === 0 ? [] : [decodeHistogram(figures.hdr, figures.max)];
  });
}

function comparePercentile(parts: {
  readonly a: readonly Distribution[];
  readonly b: readonly Distribution[];
  readonly percent: number;
  readonly random: () => number;
}): Omit<UnjudgedFigure, 'metric'> {
  const { percent, random } = parts;
  const fewest = Math.min(...[...parts.a, ...parts.b].map(({ count }) => count * (1 - percent / 100)));
  const isTold = fewest >= FEWEST_ABOVE;
  const side = (runs: readonly Distribution[], draws: readonly number[]): SideFigure => ({
    value: medianOfRuns(runs, percent),
    // Of a handful of values an interval would be those values, and say nothing.
    within95: isTold ? intervalOf(draws) : undefined,
    n: runs.reduce((sum, { count }) => sum + count, 0),
  });
  const drawsOfA = replicatesOf(parts.a, percent, random);
  const drawsOfB = replicatesOf(parts.b, percent, random);
  const differences = intervalOf(drawsOfB.map((draw, index) => draw - (drawsOfA[index] ?? Number.NaN)));
  const [a, b] = [side(parts.a, drawsOfA), side(parts.b, drawsOfB)];
  return {
    ...{ a, b },
    change: a.value === 0 ? undefined : (b.value - a.value) / a.value,
    changeWithin95:
      !isTold || a.value === 0
        ? undefined
        : { low: differences.low / a.value, high: differences.high / a.value },
    verdict: isTold ? verdictOf(differences) : 'too few',
  };
}

function verdictOf({ low, high }: Interval): ChangeVerdict {
  if (low > 0) return 'worse';
  return high < 0 ? 'better' : 'not distinguishable';
}

function isRegression({ verdict, change, b }: UnjudgedFigure, maxRegress: number): boolean {
  if (verdict !== 'worse') return false;
  // From nothing to something is beyond every share.
  return change === undefined ? b.value > 0 : Math.abs(change) > maxRegress;
}

function isAmong(wanted: readonly string[], metric: string): boolean {
  return (
    wanted.length === 0 || wanted.some((name) => metric === name || metric.replace(/_p\d+$/, '') === name)
  );
}

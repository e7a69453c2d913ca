/** Single values of two sets of runs: counts by their rate, others by their shift from run to run. Pure. */
import { medianOf } from './bootstrap.ts';
import type { ChangeVerdict, UnjudgedFigure } from './compared-figure.ts';
import { shiftOf } from './hodges-lehmann.ts';
import { judgeCounts } from './judge-counts.ts';
import type { RunStep } from './run-document.ts';

/** What may be compared, and whether more of it is worse. What is not here says how much was done, not how well. */
const FIGURES: Readonly<Record<string, 'count' | 'lower' | 'higher'>> = {
  ...{ errors: 'count', incomplete: 'count', timeouts: 'count', warnings: 'count' },
  ...{ lost: 'count', doubled: 'count', reordered: 'count', violated: 'count' },
  ...{ false_failovers: 'count', processes_lost: 'count', refusals_without_hint: 'count' },
  ...{ keys_left: 'count', leases_left: 'count', slots_left: 'count', reader_disconnects: 'count' },
  ...{ wer: 'lower', recover_s: 'lower', rss_slope_mb_h: 'lower', fds_left: 'lower' },
  ...{ goodput: 'higher', goodput_share: 'higher', after_goodput: 'higher', admitted_per_s: 'higher' },
};

/** Those that were measured on both sides. */
export function compareFigures(a: readonly RunStep[], b: readonly RunStep[]): readonly UnjudgedFigure[] {
  return Object.entries(FIGURES).flatMap(([metric, sort]) => {
    const [inA, inB] = [valuesOf(a, metric), valuesOf(b, metric)];
    if (inA.length === 0 || inB.length === 0) return [];
    return [{ metric, ...(sort === 'count' ? compareCounts(inA, inB) : compareValues(inA, inB, sort)) }];
  });
}

function valuesOf(steps: readonly RunStep[], metric: string): readonly number[] {
  return steps.map(({ figures }) => figures[metric] ?? null).filter((value) => value !== null);
}

function sidesOf(a: readonly number[], b: readonly number[]): Pick<UnjudgedFigure, 'a' | 'b' | 'change'> {
  const side = (values: readonly number[]): UnjudgedFigure['a'] => ({
    value: medianOf(values),
    within95: undefined,
    n: values.length,
  });
  const [before, after] = [side(a), side(b)];
  const change = before.value === 0 ? undefined : (after.value - before.value) / Math.abs(before.value);
  return { a: before, b: after, change };
}

function compareCounts(a: readonly number[], b: readonly number[]): Omit<UnjudgedFigure, 'metric'> {
  const tally = (values: readonly number[]): { count: number; runs: number } => ({
    count: Math.max(0, Math.round(values.reduce((sum, value) => sum + value, 0))),
    runs: values.length,
  });
  const verdicts = { more: 'worse', less: 'better', alike: 'not distinguishable' } as const;
  return {
    ...sidesOf(a, b),
    changeWithin95: undefined,
    verdict: verdicts[judgeCounts(tally(a), tally(b))],
  };
}

function compareValues(
  a: readonly number[],
  b: readonly number[],
  better: 'lower' | 'higher',
): Omit<UnjudgedFigure, 'metric'> {
  const { within95 } = shiftOf(a, b);
  const sides = sidesOf(a, b);
  const base = Math.abs(sides.a.value);
  return {
    ...sides,
    changeWithin95:
      within95 === undefined || base === 0
        ? undefined
        : { low: within95.low / base, high: within95.high / base },
    verdict: within95 === undefined ? 'too few' : verdictOf(within95, better),
  };
}

function verdictOf(
  { low, high }: { readonly low: number; readonly high: number },
  better: 'lower' | 'higher',
): ChangeVerdict {
  if (low > 0) return better === 'lower' ? 'worse' : 'better';
  if (high < 0) return better === 'lower' ? 'better' : 'worse';
  return 'not distinguishable';
}

/** What happens as the load grows: percentiles with the promise and the knee, goodput, CPU, memory. Pure. */
import type { RunDocument, RunStep } from '../compare/run-document.ts';
import type { Axis, Chart, Mark, Point, Series } from './chart.ts';

const FIGURES = ['p50', 'p95', 'p99'] as const;
/** Whose percentiles are drawn: the first that was measured. */
const LEADING = ['resp_lag', 'word_final', 'final_lag'];
const BYTES_PER_MIB = 1024 ** 2;

/** Charts of a run with at least two loads; one load is a table. */
export function ladderCharts(run: RunDocument): readonly Chart[] {
  const steps = run.steps
    .filter(({ sessions }) => sessions !== null)
    .sort((a, b) => (a.sessions ?? 0) - (b.sessions ?? 0));
  if (new Set(steps.map(({ sessions }) => sessions)).size < 2) return [];
  const x = loadAxis(steps);
  return [lagChart(run, steps, x), goodputChart(steps, x), cpuChart(steps, x), memoryChart(steps, x)].filter(
    ({ series }) => series.length > 0,
  );
}

function loadAxis(steps: readonly RunStep[]): Axis {
  const loads = steps.map(({ sessions }) => sessions ?? 0);
  const isWide = Math.max(...loads) >= 8 * Math.max(1, Math.min(...loads));
  return { label: 'sessions offered', scale: isWide ? 'log' : 'linear' };
}

function lagChart(run: RunDocument, steps: readonly RunStep[], x: Axis): Chart {
  const metric = LEADING.find((name) => steps.some((step) => (step.metrics[name]?.n ?? 0) > 0)) ?? 'resp_lag';
  const series = FIGURES.map((figure) =>
    line(`${metric} ${figure}`, steps, (step) => step.metrics[metric]?.[figure] ?? null),
  );
  const marks: Mark[] = [];
  if (run.sloMs !== null) marks.push({ axis: 'y', at: run.sloMs, label: `promise ${String(run.sloMs)} ms` });
  if (run.knee !== null) marks.push({ axis: 'x', at: run.knee, label: `knee ${String(run.knee)}` });
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const isWide = Math.max(...values, run.sloMs ?? 0) > 30 * Math.max(0.1, Math.min(...values));
  return {
    title: `${metric} as the load grows`,
    description: `Percentiles of ${metric} in milliseconds over the sessions offered. ${marks.map(({ label }) => label).join(', ')}.`,
    x,
    y: { label: 'milliseconds', scale: isWide ? 'log' : 'linear' },
    series: withPoints(series),
    marks,
  };
}

function goodputChart(steps: readonly RunStep[], x: Axis): Chart {
  return {
    title: 'Goodput as the load grows',
    description: 'Seconds of audio that were answered in a second, beside what was offered.',
    x,
    y: { label: 'seconds of audio a second', scale: 'linear' },
    series: withPoints([
      line('answered', steps, ({ figures }) => figures['goodput'] ?? null),
      line('offered', steps, ({ sessions }) => sessions),
    ]),
    marks: [],
  };
}

function cpuChart(steps: readonly RunStep[], x: Axis): Chart {
  return {
    title: 'CPU as the load grows',
    description: 'Cores that each process kept busy.',
    x,
    y: { label: 'cores', scale: 'linear' },
    series: perProcess(steps, ({ cpuCores }) => cpuCores),
    marks: [],
  };
}

function memoryChart(steps: readonly RunStep[], x: Axis): Chart {
  return {
    title: 'Memory as the load grows',
    description: 'Resident memory of each process.',
    x,
    y: { label: 'MiB', scale: 'linear' },
    series: perProcess(steps, ({ rssBytes }) => rssBytes / BYTES_PER_MIB),
    marks: [],
  };
}

function perProcess(
  steps: readonly RunStep[],
  value: (process: RunStep['processes'][number]) => number,
): readonly Series[] {
  const names = [...new Set(steps.flatMap(({ processes }) => processes.map(({ name }) => name)))];
  return withPoints(
    names.map((name) =>
      line(name, steps, ({ processes }) => {
        const found = processes.find((process) => process.name === name);
        return found === undefined ? null : value(found);
      }),
    ),
  );
}

/** Void steps are left out: a line through them would say what nobody measured. */
function line(name: string, steps: readonly RunStep[], value: (step: RunStep) => number | null): Series {
  const points = steps
    .filter(({ verdict }) => verdict !== 'void')
    .flatMap((step): readonly Point[] => {
      const y = value(step);
      return y === null ? [] : [{ x: step.sessions ?? 0, y }];
    });
  return { name, points, isVoid: false, shape: 'line' };
}

function withPoints(series: readonly Series[]): readonly Series[] {
  return series.filter(({ points }) => points.length > 0);
}

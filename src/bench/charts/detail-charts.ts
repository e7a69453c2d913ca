/** Charts of what belongs to one kind alone: memory of a soak, seconds after an overload, gaps of a failover. Pure. */
import { listOf, numberOf, recordOf, type RunDocument, textOf, valuesOf } from '../compare/run-document.ts';
import type { Chart, Mark, Point, Series } from './chart.ts';

const MS_PER_MIN = 60_000;
const BYTES_PER_MIB = 1024 ** 2;

/** None for a kind without anything of its own, or a document that lacks it. */
export function detailCharts(run: RunDocument): readonly Chart[] {
  return [...memoryOverTime(run), ...recovery(run), ...gapsOverTrials(run)];
}

function memoryOverTime({ details, steps }: RunDocument): readonly Chart[] {
  const series = listOf(details['processes']).map((process): Series => {
    const points = listOf(process['rss_samples']).flatMap((sample): readonly Point[] => {
      const [atMs, bytes] = [numberOf(sample['at_ms']), numberOf(sample['bytes'])];
      return atMs === null || bytes === null ? [] : [{ x: atMs / MS_PER_MIN, y: bytes / BYTES_PER_MIB }];
    });
    const name = `${textOf(process['name']) ?? 'process'} (${String(numberOf(process['pid']) ?? 0)})`;
    return { name, points, isVoid: steps.some(({ verdict }) => verdict === 'void'), shape: 'line' };
  });
  const drawn = series.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return [];
  return [
    {
      title: 'Memory over time',
      description: 'Resident memory of each watched process over the run.',
      x: { label: 'minutes', scale: 'linear' },
      y: { label: 'MiB', scale: 'span' },
      series: drawn,
      marks: [],
    },
  ];
}

function recovery({ details }: RunDocument): readonly Chart[] {
  const seconds = valuesOf(details['after_resp_lag_p95_by_second']);
  const points = seconds.flatMap((value, second): readonly Point[] => {
    const p95 = numberOf(value);
    return p95 === null ? [] : [{ x: second, y: p95 }];
  });
  const sloMs = numberOf(details['slo_ms']);
  const marks: readonly Mark[] =
    sloMs === null ? [] : [{ axis: 'y', at: sloMs, label: `promise ${String(sloMs)} ms` }];
  if (points.length === 0) return [];
  return [
    {
      title: 'After the overload',
      description: 'The 95th percentile of resp_lag in each second after the load dropped.',
      x: { label: 'seconds after the drop', scale: 'linear' },
      y: { label: 'milliseconds', scale: 'linear' },
      series: [{ name: 'resp_lag p95', points, isVoid: false, shape: 'bars' }],
      marks,
    },
  ];
}

/** In the order in which the faults happened, one scenario after the other. */
function gapsOverTrials({ details }: RunDocument): readonly Chart[] {
  const trials = listOf(details['trials']).map((trial, index) => ({
    index,
    scenario: textOf(trial['scenario']) ?? 'fault',
    longestMs: numberOf(recordOf(trial)['gap_max_ms']),
  }));
  const scenarios = [...new Set(trials.map(({ scenario }) => scenario))];
  const series = scenarios.map((scenario): Series => {
    const own = trials.filter((trial) => trial.scenario === scenario);
    const points = own.flatMap(({ index, longestMs }): readonly Point[] =>
      longestMs === null ? [] : [{ x: index + 1, y: longestMs }],
    );
    return { name: scenario, points, isVoid: false, shape: 'bars' };
  });
  const drawn = series.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return [];
  return [
    {
      title: 'Longest gap of each fault',
      description: 'The longest gap in the text of any session, fault by fault in the order they happened.',
      x: { label: 'fault', scale: 'linear' },
      y: { label: 'milliseconds', scale: 'linear' },
      series: drawn,
      marks: [],
    },
  ];
}

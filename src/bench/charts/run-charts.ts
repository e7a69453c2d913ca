/** The charts of a run: what its kind is looked at for. Pure. */
import { decodeHistogram } from '../compare/distribution.ts';
import { type RunDocument, type RunStep, sessionsText } from '../compare/run-document.ts';
import type { HistogramFigures } from '../histogram.ts';
import type { Chart, Series } from './chart.ts';
import { detailCharts } from './detail-charts.ts';
import { ladderCharts } from './ladder-charts.ts';
import { SHARE_AXIS, spectrumOf, timeAxis } from './spectrum.ts';

/** What a step is asked for first; everything else is in the table. */
const OF_STEPS = ['word_first', 'word_stable', 'word_final', 'resp_lag', 'final_lag', 'flush_lag'];
/** The generator's own, and not the server's. */
const OWN = new Set(['lateness']);

/** @throws RtError file_unreadable for a histogram that is none */
export function runCharts(document: RunDocument): readonly Chart[] {
  const run = { ...document, steps: document.steps.filter(({ isTold }) => isTold) };
  const isLadder = run.steps.some(({ sessions }) => sessions !== null);
  if (isLadder) return [...ladderSpectra(run), ...ladderCharts(run)];
  return [...wholeSpectrum(run), ...detailCharts(run)];
}

/** One chart for each metric, with one line for each step. */
function ladderSpectra({ steps }: RunDocument): readonly Chart[] {
  return OF_STEPS.flatMap((metric) => {
    const series = steps.flatMap((step) => {
      const name = sessionsText(step.sessions ?? 0);
      return seriesOf(name, step.metrics[metric], step);
    });
    return series.length === 0 ? [] : [spectrumChart(`${metric} by share of results`, series)];
  });
}

/** One line for each metric: they belong to one run. */
function wholeSpectrum({ steps }: RunDocument): readonly Chart[] {
  const series = steps.flatMap((step) =>
    Object.entries(step.metrics)
      .filter(([name]) => !OWN.has(name))
      .flatMap(([name, figures]) => seriesOf(name, figures, step)),
  );
  return series.length === 0 ? [] : [spectrumChart('times by share of results', series)];
}

function seriesOf(name: string, figures: HistogramFigures | undefined, step: RunStep): readonly Series[] {
  if (figures === undefined || figures.n === 0) return [];
  const points = spectrumOf(decodeHistogram(figures.hdr, figures.max));
  return [{ name, points, isVoid: step.verdict === 'void', shape: 'line' }];
}

function spectrumChart(title: string, series: readonly Series[]): Chart {
  const told = series.map(({ name, points }) => `${name} up to ${String(points.at(-1)?.y ?? 0)} ms`);
  return {
    title,
    description: `How many milliseconds each share of the results took at most; the longest: ${told.join(', ')}.`,
    x: SHARE_AXIS,
    y: timeAxis(series.flatMap(({ points }) => points)),
    series,
    marks: [],
  };
}

/** A chart as SVG within a page: its lines from the data, its colours from the style of the page. Pure. */
import type { Chart, Mark, Point, Series } from '../charts/chart.ts';
import { createScale, type Scale } from '../charts/scale.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 520;
const HEIGHT = 300;
const PLOT = { left: 58, right: 26, top: 14, bottom: 46 };
const PLOT_WIDTH = WIDTH - PLOT.left - PLOT.right;
const PLOT_HEIGHT = HEIGHT - PLOT.top - PLOT.bottom;
const BAR_WIDTH = 6;
/** Colours of the style, after which they begin again with another dash. */
export const COLOURS = 8;

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** A figure with title, drawing and legend; `id` is unique in the page. */
export function chartFigure(chart: Chart, id: string): Markup {
  const scales = scalesOf(chart);
  return html`<figure>
<h4>${chart.title}</h4>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${chart.title}</title><desc id="${id}-d">${chart.description}</desc>
${gridOf(chart, scales)}
${chart.marks.map((mark) => markLine(mark, scales))}
${chart.series.map((series, index) => seriesOf(series, { index, isSpectrum: chart.x.scale === 'nines' }, scales))}
</svg>
${legendOf(chart)}
</figure>`;
}

function scalesOf({ x, y, series, marks }: Chart): Scales {
  const points = series.flatMap((one) => one.points);
  const marked = (axis: Mark['axis']): readonly number[] =>
    marks.filter((mark) => mark.axis === axis).map(({ at }) => at);
  return {
    x: createScale(x.scale, [...points.map((point) => point.x), ...marked('x')]),
    y: createScale(y.scale, [...points.map((point) => point.y), ...marked('y')]),
  };
}

function placeX(position: number): string {
  return (PLOT.left + position * PLOT_WIDTH).toFixed(1);
}

function placeY(position: number): string {
  return (PLOT.top + (1 - position) * PLOT_HEIGHT).toFixed(1);
}

function gridOf(chart: Chart, { x, y }: Scales): Markup {
  const bottom = PLOT.top + PLOT_HEIGHT;
  const right = PLOT.left + PLOT_WIDTH;
  return html`<g class="grid">
${y.ticks.map(
  ({ position, label }) =>
    html`<line x1="${PLOT.left}" x2="${right}" y1="${placeY(position)}" y2="${placeY(position)}"/><text class="y" x="${PLOT.left - 6}" y="${placeY(position)}" dy="0.35em">${label}</text>`,
)}
${x.ticks.map(
  ({ position, label }) =>
    html`<line x1="${placeX(position)}" x2="${placeX(position)}" y1="${PLOT.top}" y2="${bottom}"/><text class="x" x="${placeX(position)}" y="${bottom + 18}">${label}</text>`,
)}
<text class="x name" x="${PLOT.left + PLOT_WIDTH / 2}" y="${HEIGHT - 6}">${chart.x.label}</text>
<text class="x name" transform="translate(13 ${PLOT.top + PLOT_HEIGHT / 2}) rotate(-90)">${chart.y.label}</text>
</g>`;
}

function markLine({ axis, at, label }: Mark, { x, y }: Scales): Markup {
  if (axis === 'y') {
    const height = placeY(y.position(at));
    const isTop = y.position(at) > 0.9;
    return html`<g class="mark"><line x1="${PLOT.left}" x2="${PLOT.left + PLOT_WIDTH}" y1="${height}" y2="${height}"/><text x="${PLOT.left + 6}" y="${height}" dy="${isTop ? '1.2em' : '-0.4em'}">${label}</text></g>`;
  }
  const place = placeX(x.position(at));
  const isRight = x.position(at) > 0.7;
  return html`<g class="mark"><line x1="${place}" x2="${place}" y1="${PLOT.top}" y2="${PLOT.top + PLOT_HEIGHT}"/><text x="${place}" y="${PLOT.top + 12}" dx="${isRight ? -5 : 5}" text-anchor="${isRight ? 'end' : 'start'}">${label}</text></g>`;
}

function seriesOf(
  series: Series,
  { index, isSpectrum }: { readonly index: number; readonly isSpectrum: boolean },
  { x, y }: Scales,
): Markup {
  const placed = series.points.map((point): Point => ({ x: x.position(point.x), y: y.position(point.y) }));
  const style = styleOf(series, index);
  if (series.shape === 'bars') {
    return html`<g class="${style}">${placed.map(
      (point) =>
        html`<line class="bar" x1="${placeX(point.x)}" x2="${placeX(point.x)}" y1="${placeY(0)}" y2="${placeY(point.y)}" stroke-width="${BAR_WIDTH}"/>`,
    )}</g>`;
  }
  const path = placed.map((point) => `${placeX(point.x)},${placeY(point.y)}`).join(' ');
  // A spectrum is a curve; elsewhere each point was measured by itself, and of one alone there is no line.
  const hasDots =
    placed.every(({ x: at }) => at === placed[0]?.x) || (!isSpectrum && placed.length <= MOST_DOTS);
  return html`<g class="${style}"><polyline points="${path}"/>${
    hasDots
      ? placed.map((point) => html`<circle cx="${placeX(point.x)}" cy="${placeY(point.y)}" r="3"/>`)
      : ''
  }</g>`;
}

/** With more points than that dots are only a thick line. */
const MOST_DOTS = 24;

function styleOf({ isVoid }: Series, index: number): string {
  const dash = isVoid ? 'void' : `d${String(Math.floor(index / COLOURS) % 3)}`;
  return `series c${String(index % COLOURS)} ${dash}`;
}

function legendOf({ series }: Chart): Markup {
  return html`<ul class="legend">${series.map(
    (one, index) =>
      html`<li><svg viewBox="0 0 24 8" aria-hidden="true"><g class="${styleOf(one, index)}"><polyline points="1,4 23,4"/></g></svg>${one.name}${one.isVoid ? ' (void)' : ''}</li>`,
  )}</ul>`;
}

/**
 * Runs as one page that needs nothing but itself: no script, no font, no picture from anywhere. Pure.
 *
 * Always true: everything a document says is escaped; what is void is called so wherever its figures stand.
 */
import { runCharts } from '../charts/run-charts.ts';
import { type RunDocument, type RunStep, sessionsText } from '../compare/run-document.ts';
import { msText } from '../load-table.ts';
import { settingText } from '../run-files.ts';
import { html, type Markup } from './markup.ts';
import { REPORT_STYLE } from './style.ts';
import { chartFigure } from './svg-chart.ts';

/** Says to a browser what the page is made of, should something in it ever not be escaped. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export function reportPage(runs: readonly RunDocument[]): string {
  const title = `rt bench: ${[...new Set(runs.map(({ kind }) => kind))].join(', ')}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>${{ markup: REPORT_STYLE }}</style>
</head>
<body>
<h1>${title}</h1>
<p>Times in milliseconds unless a name says otherwise. <code>docs/bench.md</code> of rt defines every figure.</p>
${runs.map(runSection)}
</body>
</html>
`;
  return page.markup;
}

function runSection(run: RunDocument, index: number): Markup {
  const charts = runCharts(run);
  return html`<section>
<h2>${run.kind}, ${run.at} <small>${run.path}</small></h2>
${voidNote(run)}
${factsTable(run)}
<div class="charts">
${charts.map((chart, at) => chartFigure(chart, `r${String(index)}c${String(at)}`))}
</div>
${stepSection(run)}
${thresholdList(run)}
${settingsTable(run)}
</section>`;
}

function voidNote({ steps }: RunDocument): Markup {
  const voided = steps.filter(({ verdict }) => verdict === 'void');
  if (voided.length === 0) return html``;
  return html`<p class="flag">Void${voided.some(({ sessions }) => sessions !== null) ? ` at ${voided.map(({ sessions }) => String(sessions)).join(', ')} sessions` : ''}: these figures are the generator's, and no evidence of the server. ${voided.flatMap(({ reasons }) => reasons).join('; ')}</p>`;
}

function factsTable(run: RunDocument): Markup {
  const where = (name: string): string => settingText(run.environment[name] ?? '-');
  const facts: readonly (readonly [string, string])[] = [
    ['model', run.model ?? '-'],
    ['machine', `${where('cpu')}, ${where('cores')} cores, ${where('platform')}`],
    ['rt', `${where('rt')}, commit ${where('commit')}, Node ${where('node')}`],
    ...(run.sloMs === null ? [] : [['promise', `resp_lag p95 <= ${String(run.sloMs)} ms`] as const]),
    ...(run.capacity === null ? [] : [['capacity', `${String(run.capacity)} sessions`] as const]),
    ...(run.knee === null ? [] : [['knee', `${String(run.knee)} sessions offered`] as const]),
  ];
  return factTable('Environment', facts);
}

function settingsTable({ settings }: RunDocument): Markup {
  const facts = Object.entries(settings).map(([name, value]) => [name, settingText(value)] as const);
  return facts.length === 0
    ? html``
    : html`<details><summary>Settings</summary>${factTable('Settings', facts)}</details>`;
}

function factTable(caption: string, facts: readonly (readonly [string, string])[]): Markup {
  return wide(
    caption,
    html`<table><caption>${caption}</caption>${facts.map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td class="long">${value}</td></tr>`,
    )}</table>`,
  );
}

/** A ladder has a row for each load, and every figure behind it; a run that is one whole has its figures at once. */
function stepSection({ steps }: RunDocument): Markup {
  const told = steps.filter(({ isTold }) => isTold);
  if (told.every(({ sessions }) => sessions === null)) return html`${told.map(stepTables)}`;
  return html`${wide('Loads', loadsTable(told))}
<details><summary>Every figure of each load</summary>${told.map(stepTables)}</details>`;
}

const LEADING = ['word_final', 'resp_lag', 'final_lag'];

function loadsTable(steps: readonly RunStep[]): Markup {
  const metrics = LEADING.filter((name) => steps.some((step) => (step.metrics[name]?.n ?? 0) > 0));
  const counts = ['refused', 'errors', 'timeouts', 'goodput', 'wer'].filter((name) =>
    steps.some(({ figures }) => (figures[name] ?? null) !== null),
  );
  const names = [...metrics.flatMap((name) => [`${name} p50`, 'p95', 'p99']), ...counts];
  return html`<table><caption>Loads</caption>
<tr><th scope="col">sessions</th>${names.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col" class="left">verdict</th></tr>
${steps.map((step) => loadRow(step, metrics, counts))}</table>`;
}

function loadRow(step: RunStep, metrics: readonly string[], counts: readonly string[]): Markup {
  const { sessions, verdict, reasons, figures } = step;
  const times = metrics.flatMap((name) => {
    const values = step.metrics[name];
    return [values?.p50, values?.p95, values?.p99].map((value) => msText(value ?? null));
  });
  const cells = [...times, ...counts.map((name) => figures[name] ?? '-')];
  return html`<tr class="${verdict === 'void' ? 'flag' : ''}"><th scope="row">${sessions ?? '-'}</th>${cells.map((value) => html`<td>${value}</td>`)}<td class="left">${[verdict, ...reasons].join(': ')}</td></tr>`;
}

const FIGURES = ['n', 'min', 'p50', 'p90', 'p95', 'p99', 'p99_9', 'max'] as const;

function stepTables(step: RunStep): Markup {
  const metrics = Object.entries(step.metrics).filter(([, { n }]) => n > 0);
  const name = step.sessions === null ? 'Times' : sessionsText(step.sessions);
  const verdict = [step.verdict, ...step.reasons].join(': ');
  const caption = step.verdict === 'measured' ? name : `${name}: ${verdict}`;
  const figures = Object.entries(step.figures);
  return html`${wide(
    name,
    html`<table><caption${step.verdict === 'void' ? html` class="flag"` : ''}>${caption}</caption>
<tr><th scope="col">ms</th>${FIGURES.map((figure) => html`<th scope="col">${figure.replace('_', '.')}</th>`)}</tr>
${metrics.map(
  ([metric, values]) =>
    html`<tr><th scope="row">${metric}</th>${FIGURES.map((figure) => html`<td>${figure === 'n' ? values.n : msText(values[figure])}</td>`)}</tr>`,
)}</table>`,
  )}${
    figures.length === 0
      ? ''
      : wide(
          `${name}, figures`,
          html`<table><caption>${name}, figures</caption><tr>${figures.map(([figure]) => html`<th scope="col">${figure}</th>`)}</tr><tr>${figures.map(([, value]) => html`<td>${value === null ? '-' : value}</td>`)}</tr></table>`,
        )
  }`;
}

function thresholdList({ thresholds }: RunDocument): Markup {
  if (thresholds.length === 0) return html``;
  return html`<h3>Thresholds</h3><ul>${thresholds.map(
    (text) => html`<li class="${text.includes(': kept') ? 'kept' : 'flag'}">${text}</li>`,
  )}</ul>`;
}

/** Scrolls by itself where it is wider than the page, by keys too. */
function wide(label: string, table: Markup): Markup {
  return html`<div class="wide" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

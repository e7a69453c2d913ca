/** A load run as files: run.json for programs, README.md for people. */
import type { LoadDocument } from './load-document.ts';
import { LOAD_COLUMNS, loadConclusion, loadRow } from './load-table.ts';
import { markdownRow, settingText, writeRunFiles } from './run-files.ts';

/** @throws RtError config_invalid when the folder cannot be written */
export async function writeLoadFiles(folder: string, document: LoadDocument): Promise<void> {
  await writeRunFiles(folder, document, loadReadme(document));
}

export function loadReadme(document: LoadDocument): string {
  const { environment: where, settings } = document;
  const line = markdownRow;
  const facts = [
    ['model', document.model ?? '-'],
    ['promise', `resp_lag p95 <= ${String(document.slo_ms)} ms`],
    ['machine', `${where.cpu}, ${String(where.cores)} cores, ${where.platform}`],
    ['rt', `${where.rt}, commit ${where.commit ?? '-'}, Node ${where.node}`],
    ...Object.entries(settings).map(([name, value]) => [name, settingText(value)]),
  ];
  return [
    `# Load, ${document.at}`,
    '',
    'Lags in milliseconds, CPU in cores. `docs/bench.md` defines every figure; `run.json` holds the histograms.',
    '',
    line(LOAD_COLUMNS.map(({ header }) => header)),
    line(LOAD_COLUMNS.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...document.steps.map((step) => line(loadRow(step))),
    '',
    ...loadConclusion(document).map((text) => `- ${text}`),
    '',
    line(['setting', 'value']),
    line(['---', '---']),
    ...facts.map(line),
    '',
  ].join('\n');
}

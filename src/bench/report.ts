/** A measurement for people: its histograms, its figures, and which thresholds it kept. Pure. */
import type { HistogramFigures } from './histogram.ts';
import { msText, type TableColumn } from './load-table.ts';
import type { BenchDocument } from './measurement.ts';
import { markdownRow, settingText } from './run-files.ts';

export const REPORT_COLUMNS: readonly TableColumn[] = [
  { header: 'MS', align: 'left' },
  ...['N', 'p50', 'p90', 'p95', 'p99', 'MAX'].map((header): TableColumn => ({ header, align: 'right' })),
];

/** Histograms without values are left out. */
export function reportRows({ metrics }: BenchDocument): readonly (readonly string[])[] {
  return Object.entries(metrics)
    .filter(([, { n }]) => n > 0)
    .map(([name, figures]) => [name, ...cellsOf(figures)]);
}

function cellsOf({ n, p50, p90, p95, p99, max }: HistogramFigures): readonly string[] {
  return [String(n), ...[p50, p90, p95, p99, max].map(msText)];
}

/** Every figure, then what thresholds and the generator say of them. */
export function reportLines({ figures, thresholds, verdict, reasons }: BenchDocument): readonly string[] {
  return [
    ...Object.entries(figures).map(([name, value]) => `${name}: ${value === null ? '-' : String(value)}`),
    ...(verdict === 'void' ? [`void: ${reasons.join('; ')}`] : []),
    ...thresholds.map(
      ({ threshold, value, kept }) =>
        `threshold ${threshold}: ${kept ? 'kept' : 'missed'} (${value === null ? 'no value' : String(value)})`,
    ),
  ];
}

export function reportReadme(document: BenchDocument): string {
  const { environment: where } = document;
  const facts = [
    ['model', document.model ?? '-'],
    ['machine', `${where.cpu}, ${String(where.cores)} cores, ${where.platform}`],
    ['rt', `${where.rt}, commit ${where.commit ?? '-'}, Node ${where.node}`],
    ...Object.entries(document.settings).map(([name, value]) => [name, settingText(value)]),
  ];
  return [
    `# ${document.kind}, ${document.at}`,
    '',
    'Times in milliseconds unless the name says otherwise. `docs/bench.md` defines every figure; `run.json` holds the histograms.',
    '',
    markdownRow(REPORT_COLUMNS.map(({ header }) => header)),
    markdownRow(REPORT_COLUMNS.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...reportRows(document).map(markdownRow),
    '',
    ...reportLines(document).map((text) => `- ${text}`),
    '',
    markdownRow(['setting', 'value']),
    markdownRow(['---', '---']),
    ...facts.map(markdownRow),
    '',
  ].join('\n');
}

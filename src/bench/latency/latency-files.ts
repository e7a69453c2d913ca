/** A latency run as files: run.json for programs, README.md for people. */
import { markdownRow, settingText, writeRunFiles } from '../run-files.ts';
import type { LatencyDocument } from './latency-document.ts';
import { LATENCY_COLUMNS, latencyConclusion, latencyHeader, latencyRow } from './latency-table.ts';

/** @throws RtError config_invalid when the folder cannot be written */
export async function writeLatencyFiles(folder: string, document: LatencyDocument): Promise<void> {
  await writeRunFiles(folder, document, latencyReadme(document));
}

export function latencyReadme(document: LatencyDocument): string {
  const { settings, loads, knee } = document;
  return [
    `# Latency, ${document.at}`,
    '',
    `${latencyHeader(document)}.`,
    '',
    'Times in milliseconds, CPU in cores. `docs/bench.md` defines every figure; `run.json` holds the histograms of every run.',
    '',
    markdownRow(LATENCY_COLUMNS.map(({ header }) => header)),
    markdownRow(LATENCY_COLUMNS.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...loads.map((load) => markdownRow(latencyRow(load, knee))),
    '',
    '```',
    ...latencyConclusion(document),
    '```',
    '',
    markdownRow(['setting', 'value']),
    markdownRow(['---', '---']),
    ...Object.entries(settings).map(([name, value]) => markdownRow([name, settingText(value)])),
    '',
  ].join('\n');
}

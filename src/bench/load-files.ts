/** A load run as files: run.json for programs, README.md for people. Both are complete or not there. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RtError } from '../base/errors.ts';
import type { LoadDocument } from './load-document.ts';
import { LOAD_COLUMNS, loadConclusion, loadRow } from './load-table.ts';

/** @throws RtError config_invalid when the folder cannot be written */
export async function writeLoadFiles(folder: string, document: LoadDocument): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(join(folder, 'run.json'), `${JSON.stringify(document, null, 1)}\n`);
    await writeWhole(join(folder, 'README.md'), loadReadme(document));
  } catch (cause) {
    throw new RtError('config_invalid', `The run cannot be written to ${folder}: ${messageOf(cause)}`, {
      cause,
      hint: 'Give --out a folder that can be written.',
    });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${String(process.pid)}`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}

export function loadReadme(document: LoadDocument): string {
  const { environment: where, settings } = document;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
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

function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

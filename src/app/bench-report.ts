/** What becomes of a measurement: a document, files where they are asked for, and a text for people. */
import { describeEnvironment } from '../bench/environment.ts';
import { type BenchDocument, benchDocument, type Measurement } from '../bench/measurement.ts';
import { REPORT_COLUMNS, reportLines, reportReadme, reportRows } from '../bench/report.ts';
import { writeRunFiles } from '../bench/run-files.ts';
import type { Threshold } from '../bench/threshold.ts';
import { VERSION } from './version.ts';

export interface BenchConclusionOptions {
  readonly measured: Measurement;
  readonly settings: BenchDocument['settings'];
  readonly thresholds: readonly Threshold[];
  /** Folder for run.json and README.md. */
  readonly out: string | undefined;
}

export interface BenchConclusion {
  readonly document: BenchDocument;
  readonly columns: typeof REPORT_COLUMNS;
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly string[];
}

/** @throws RtError config_invalid when the folder cannot be written */
export async function concludeBench(options: BenchConclusionOptions): Promise<BenchConclusion> {
  const { measured, settings, thresholds, out } = options;
  const environment = describeEnvironment(VERSION);
  const document = benchDocument(measured, { environment, settings, thresholds });
  if (out !== undefined) await writeRunFiles(out, document, reportReadme(document));
  return {
    document,
    columns: REPORT_COLUMNS,
    rows: reportRows(document),
    lines: reportLines(document),
  };
}

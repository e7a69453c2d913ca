/** A report as files; each is complete or not there. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, RtError } from '../../base/errors.ts';
import type { RunDocument } from '../compare/run-document.ts';
import { writeWhole } from '../run-files.ts';
import { metricListings, metricsCsv } from './exports.ts';
import { reportPage } from './report-page.ts';

export interface ReportTargets {
  readonly html: string | undefined;
  readonly csv: string | undefined;
  /** A folder. */
  readonly hgrm: string | undefined;
}

/** Paths of what was written. @throws RtError config_invalid (cannot be written), file_unreadable (no histogram) */
export async function writeReport(
  runs: readonly RunDocument[],
  { html, csv, hgrm }: ReportTargets,
): Promise<readonly string[]> {
  const files = [
    ...(html === undefined ? [] : [{ path: html, text: reportPage(runs) }]),
    ...(csv === undefined ? [] : [{ path: csv, text: metricsCsv(runs) }]),
    ...(hgrm === undefined
      ? []
      : metricListings(runs).map(({ name, text }) => ({ path: join(hgrm, name), text }))),
  ];
  for (const { path, text } of files) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(path, text);
    } catch (cause) {
      throw new RtError('config_invalid', `The report cannot be written to ${path}: ${messageOf(cause)}`, {
        cause,
        hint: 'Give --html, --csv and --hgrm a place that can be written.',
      });
    }
  }
  return files.map(({ path }) => path);
}

/** Figures of runs for other programs: rows of CSV, and percentile listings that plotters of HdrHistogram read. Pure. */
import { percentileListing } from '../compare/distribution.ts';
import type { RunDocument } from '../compare/run-document.ts';

const COLUMNS = ['n', 'min', 'mean', 'stddev', 'p50', 'p90', 'p95', 'p99', 'p99_9', 'max'] as const;

/** One row for each metric of each step, with a header (RFC 4180). */
export function metricsCsv(runs: readonly RunDocument[]): string {
  const rows = runs.flatMap((run) =>
    run.steps.flatMap(({ sessions, verdict, metrics }) =>
      Object.entries(metrics).map(([metric, figures]) => [
        ...[run.path, run.kind, run.at, sessions ?? '', verdict, metric],
        ...COLUMNS.map((column) => figures[column] ?? ''),
      ]),
    ),
  );
  const header = ['run', 'kind', 'at', 'sessions', 'verdict', 'metric', ...COLUMNS];
  return `${[header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  // A sheet takes what begins like a formula for one.
  const told = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(told) ? `"${told.replaceAll('"', '""')}"` : told;
}

export interface NamedListing {
  /** `load-8-resp_lag.hgrm`; runs after the first have their place in front. */
  readonly name: string;
  readonly text: string;
}

/** One listing for each metric with values. @throws RtError file_unreadable for a histogram that is none */
export function metricListings(runs: readonly RunDocument[]): readonly NamedListing[] {
  return runs.flatMap((run, index) =>
    run.steps.flatMap(({ sessions, metrics }, step) =>
      Object.entries(metrics)
        .filter(([, { n }]) => n > 0)
        .map(([metric, { hdr }]) => {
          const load =
            sessions === null
              ? []
              : [String(sessions), ...(isRepeated(run, step) ? [`step${String(step)}`] : [])];
          const parts = [...(runs.length > 1 ? [String(index)] : []), run.kind, ...load, metric];
          // Names come from a document: only what is harmless in a path is kept.
          const name = parts.map((part) => part.replace(/[^\w.]/g, '_')).join('-');
          return { name: `${name}.hgrm`, text: percentileListing(hdr) };
        }),
    ),
  );
}

/** A ladder offers a load again that was void. */
function isRepeated({ steps }: RunDocument, step: number): boolean {
  return steps.findIndex(({ sessions }) => sessions === steps[step]?.sessions) !== step;
}

/** Settings of `rt bench report`. All belong to one call. */
import { text } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface BenchReportConfig {
  readonly html: string | undefined;
  readonly csv: string | undefined;
  readonly hgrm: string | undefined;
}

export const benchReportSection: Section<BenchReportConfig> = {
  name: 'bench.report',
  rows: {
    html: {
      flag: 'html',
      kind: text('FILE'),
      doc: 'Write one page that needs no network, in place of plots in the terminal.',
      flagOnly: true,
    },
    csv: {
      flag: 'csv',
      kind: text('FILE'),
      doc: 'Write the figures of every metric as rows of CSV.',
      flagOnly: true,
    },
    hgrm: {
      flag: 'hgrm',
      kind: text('DIR'),
      doc: 'Write the percentiles of every metric as .hgrm, which the plotters of HdrHistogram read.',
      flagOnly: true,
    },
  },
};

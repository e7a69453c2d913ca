/** Settings of `rt bench intrinsic`. All belong to one call. */
import type { Section } from '../setting.ts';
import { decimal, type ReportConfig, reportRows } from './bench-rows.ts';

export interface BenchIntrinsicConfig extends ReportConfig {
  readonly seconds: number;
}

export const benchIntrinsicSection: Section<BenchIntrinsicConfig> = {
  name: 'bench.intrinsic',
  rows: {
    seconds: {
      flag: 'seconds',
      kind: decimal(0.5, 3600),
      default: '10',
      doc: 'How long it is looked at: half of it for timers, the rest for a busy thread and a socket.',
      flagOnly: true,
    },
    ...reportRows,
  },
};

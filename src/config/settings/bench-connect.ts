/** Settings of `rt bench connect`. All belong to one call: a run is repeated from its command line alone. */
import { integer } from '../kinds.ts';
import type { Section } from '../setting.ts';
import { type CrowdConfig, crowdRows, decimal } from './bench-rows.ts';

export interface BenchConnectConfig extends CrowdConfig {
  readonly rate: number;
  readonly seconds: number;
  readonly holdS: number;
}

export const benchConnectSection: Section<BenchConnectConfig> = {
  name: 'bench.connect',
  rows: {
    rate: {
      flag: 'rate',
      kind: decimal(0.1, 1000),
      default: '20',
      doc: 'New sessions a second.',
      flagOnly: true,
    },
    seconds: {
      flag: 'seconds',
      kind: integer(1, 3600),
      default: '30',
      doc: 'How long new sessions come.',
      flagOnly: true,
    },
    holdS: {
      flag: 'hold-s',
      kind: integer(1, 3600),
      default: '1',
      doc: 'Seconds of audio each session speaks.',
      flagOnly: true,
    },
    ...crowdRows,
  },
};

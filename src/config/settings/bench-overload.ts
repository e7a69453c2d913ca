/** Settings of `rt bench overload`. All belong to one call: a run is repeated from its command line alone. */
import { integer } from '../kinds.ts';
import type { Section } from '../setting.ts';
import {
  type CrowdConfig,
  crowdRows,
  decimal,
  lifeSeconds,
  type LifeRange,
  MOST_SESSIONS,
} from './bench-rows.ts';

export interface BenchOverloadConfig extends CrowdConfig {
  readonly times: number;
  readonly capacity: number | undefined;
  readonly warmupS: number;
  readonly seconds: number;
  readonly afterS: number;
  readonly lifeS: LifeRange;
  readonly sloMs: number | undefined;
}

export const benchOverloadSection: Section<BenchOverloadConfig> = {
  name: 'bench.overload',
  rows: {
    times: {
      flag: 'times',
      kind: decimal(0.1, 100),
      default: '3',
      doc: 'How many times its capacity the cluster is offered.',
      flagOnly: true,
    },
    capacity: {
      flag: 'capacity',
      kind: integer(1, MOST_SESSIONS),
      doc: 'Sessions the cluster holds. Without it: what its gateway says.',
      flagOnly: true,
    },
    warmupS: {
      flag: 'warmup-s',
      kind: integer(0, 3600),
      default: '5',
      doc: 'Seconds of overload before it counts.',
      flagOnly: true,
    },
    seconds: {
      flag: 'seconds',
      kind: integer(1, 24 * 3600),
      default: '60',
      doc: 'Seconds of overload that count.',
      flagOnly: true,
    },
    afterS: {
      flag: 'after-s',
      kind: integer(1, 3600),
      default: '20',
      doc: 'Seconds for which half of the capacity is offered then.',
      flagOnly: true,
    },
    lifeS: {
      flag: 'life-s',
      kind: lifeSeconds,
      default: '10..30',
      doc: 'How long a session lasts; its speaker comes again at once.',
      flagOnly: true,
    },
    sloMs: {
      flag: 'slo-ms',
      kind: decimal(1, 60_000),
      doc: 'Promise: p95 of resp_lag in milliseconds. Without it: the chunk of the model.',
      flagOnly: true,
    },
    ...crowdRows,
  },
};

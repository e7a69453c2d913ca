/** Settings of `rt bench soak`. All belong to one call: a run is repeated from its command line alone. */
import { integer, listOf, text } from '../kinds.ts';
import type { Section } from '../setting.ts';
import {
  type CrowdConfig,
  crowdRows,
  decimal,
  lifeSeconds,
  type LifeRange,
  MOST_SESSIONS,
} from './bench-rows.ts';

export interface BenchSoakConfig extends CrowdConfig {
  readonly minutes: number;
  readonly sessions: number | undefined;
  readonly share: number;
  readonly lifeS: LifeRange;
  readonly settleMin: number;
  readonly pid: readonly string[] | undefined;
}

export const benchSoakSection: Section<BenchSoakConfig> = {
  name: 'bench.soak',
  rows: {
    minutes: {
      flag: 'minutes',
      kind: decimal(0.05, 7 * 24 * 60),
      default: '30',
      doc: 'How long sessions come and go.',
      flagOnly: true,
    },
    sessions: {
      flag: 'sessions',
      kind: integer(1, MOST_SESSIONS),
      doc: 'Speakers at once. Without it: --share of the capacity.',
      flagOnly: true,
    },
    share: {
      flag: 'share',
      kind: decimal(0.01, 1),
      default: '0.8',
      doc: 'Share of the capacity that the gateway tells.',
      flagOnly: true,
    },
    lifeS: {
      flag: 'life-s',
      kind: lifeSeconds,
      default: '20..60',
      doc: 'How long a session lasts; its speaker comes again at once.',
      flagOnly: true,
    },
    settleMin: {
      flag: 'settle-min',
      kind: decimal(0, 24 * 60),
      default: '5',
      doc: 'Minutes after which memory may not grow any more.',
      flagOnly: true,
    },
    pid: {
      flag: 'pid',
      kind: listOf(text('NAME=PID')),
      doc: 'Process whose memory and open files are watched, for example gateway=4711; repeat for more.',
      flagOnly: true,
    },
    ...crowdRows,
  },
};

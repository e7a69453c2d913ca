/** Settings of `rt bench failover`. All belong to one call: a run is repeated from its command line alone. */
import { choice, integer, listOf } from '../kinds.ts';
import type { Section } from '../setting.ts';
import { type ReportConfig, reportRows } from './bench-rows.ts';

export type FailoverScenario = 'worker-kill' | 'worker-stop' | 'gateway-kill';

export interface BenchFailoverConfig extends ReportConfig {
  readonly scenario: readonly FailoverScenario[];
  readonly trials: number;
  readonly sessions: number;
  readonly seed: number;
}

export const benchFailoverSection: Section<BenchFailoverConfig> = {
  name: 'bench.failover',
  rows: {
    scenario: {
      flag: 'scenario',
      kind: listOf(choice('worker-kill', 'worker-stop', 'gateway-kill')),
      default: 'worker-kill,worker-stop,gateway-kill',
      doc: 'What goes wrong; repeat for more.',
      flagOnly: true,
    },
    trials: {
      flag: 'trials',
      kind: integer(1, 10_000),
      default: '10',
      doc: 'How often each of them goes wrong, each time at another moment.',
      flagOnly: true,
    },
    sessions: {
      flag: 'sessions',
      kind: integer(1, 1000),
      default: '4',
      doc: 'Sessions that speak at the same time.',
      flagOnly: true,
    },
    seed: {
      flag: 'seed',
      kind: integer(0, 4_294_967_295),
      default: '1',
      doc: 'What the audio and the moments of faults are drawn from.',
      flagOnly: true,
    },
    ...reportRows,
  },
};

/** Settings of `rt chaos run`. All belong to one call: a trial is repeated from its command line alone. */
import { integer, listOf, text, url } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ChaosRunConfig {
  readonly scenario: string;
  readonly seed: number;
  readonly trials: number;
  readonly firstTrial: number;
  readonly sessions: number;
  readonly attach: string | undefined;
  readonly pid: readonly string[] | undefined;
  readonly history: string | undefined;
}

export const chaosRunSection: Section<ChaosRunConfig> = {
  name: 'chaos.run',
  rows: {
    scenario: {
      flag: 'scenario',
      kind: text('NAME'),
      default: 'worker-kill',
      doc: 'What goes wrong; --scenario list prints them all.',
      flagOnly: true,
    },
    seed: {
      flag: 'seed',
      kind: integer(0, 2 ** 32 - 1),
      default: '1',
      doc: 'What the audio and the moments of faults are drawn from.',
      flagOnly: true,
    },
    trials: {
      flag: 'trials',
      kind: integer(1, 100_000),
      default: '10',
      doc: 'How often it goes wrong, each time at another moment.',
      flagOnly: true,
    },
    firstTrial: {
      flag: 'first-trial',
      kind: integer(0, 100_000),
      default: '0',
      doc: 'Number of the first trial, to repeat one of a longer run.',
      flagOnly: true,
    },
    sessions: {
      flag: 'sessions',
      kind: integer(1, 1000),
      default: '4',
      doc: 'Sessions that speak at the same time.',
      flagOnly: true,
    },
    attach: {
      flag: 'attach',
      kind: url('ws', 'wss'),
      doc: 'Gateway of a running cluster of beacon workers, in place of a cluster of its own; --redis is its store.',
      flagOnly: true,
    },
    pid: {
      flag: 'pid',
      kind: listOf(text('ROLE=PID')),
      doc: 'Process of the attached cluster that may be touched, for example worker=4711; repeat for more.',
      flagOnly: true,
    },
    history: {
      flag: 'history',
      kind: text('DIR'),
      doc: 'Folder for one history file of each trial, which rt check history reads.',
      flagOnly: true,
    },
  },
};

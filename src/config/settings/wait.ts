/** Settings of `rt wait`. */
import { integer } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface WaitConfig {
  readonly workers: number;
}

export const waitSection: Section<WaitConfig> = {
  name: 'wait',
  rows: {
    workers: {
      flag: 'workers',
      kind: integer(1, 10_000),
      default: '1',
      doc: 'Ready workers to wait for.',
      flagOnly: true,
    },
  },
};

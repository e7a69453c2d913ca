/** Settings of one call of `rt models pull`. */
import { listOf, text } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ModelsPullConfig {
  readonly to: string | undefined;
  readonly only: readonly string[] | undefined;
}

export const modelsPullSection: Section<ModelsPullConfig> = {
  name: 'models',
  rows: {
    to: {
      flag: 'to',
      kind: text('DIR'),
      doc: 'Folder for this model itself, in place of one below --dir.',
      flagOnly: true,
    },
    only: {
      flag: 'only',
      kind: listOf(text('PATTERN')),
      doc: 'Graphs to take of a repository given by URL, * for any text; repeat for more.',
      flagOnly: true,
    },
  },
};

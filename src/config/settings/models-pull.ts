/** Settings of one call of `rt models pull`. */
import { text } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ModelsPullConfig {
  readonly to: string | undefined;
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
  },
};

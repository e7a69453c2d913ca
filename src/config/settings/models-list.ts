/** Settings of one call of `rt models list`. */
import { text, toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ModelsListConfig {
  readonly installed: boolean;
  readonly family: string | undefined;
}

export const modelsListSection: Section<ModelsListConfig> = {
  name: 'models',
  rows: {
    installed: {
      flag: 'installed',
      kind: toggle,
      default: 'false',
      doc: 'Only those on this machine.',
      flagOnly: true,
    },
    family: { flag: 'family', kind: text('FAMILY'), doc: 'Only those of a family.', flagOnly: true },
  },
};

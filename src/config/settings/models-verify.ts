/** Settings of one call of `rt models verify`. */
import { toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ModelsVerifyConfig {
  readonly load: boolean;
}

export const modelsVerifySection: Section<ModelsVerifyConfig> = {
  name: 'models',
  rows: {
    load: {
      flag: 'load',
      kind: toggle,
      default: 'false',
      doc: 'Load it as a worker would, too: takes its time and its memory.',
      flagOnly: true,
    },
  },
};

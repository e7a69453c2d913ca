/** Settings of one call of `rt models import`. */
import { text } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ModelsImportConfig {
  readonly out: string | undefined;
}

export const modelsImportSection: Section<ModelsImportConfig> = {
  name: 'models',
  rows: {
    out: {
      flag: 'out',
      kind: text('DIR'),
      doc: 'Folder to make. Without it: the name of the model with -delta behind it, below --dir.',
      flagOnly: true,
    },
  },
};

/** Settings of one call of `rt context`. */
import { toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ContextAddConfig {
  readonly replace: boolean;
  readonly use: boolean;
}

export const contextAddSection: Section<ContextAddConfig> = {
  name: 'context',
  rows: {
    replace: {
      flag: 'replace',
      kind: toggle,
      default: 'false',
      doc: 'Put it in place of one of that name.',
      flagOnly: true,
    },
    use: { flag: 'use', kind: toggle, default: 'false', doc: 'Use it from now on.', flagOnly: true },
  },
};

/** Settings of one call of `rt config`. */
import { toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface ConfigShowConfig {
  readonly origin: boolean;
}

export const configShowSection: Section<ConfigShowConfig> = {
  name: 'config',
  rows: {
    origin: {
      flag: 'origin',
      kind: toggle,
      default: 'false',
      doc: 'Say where each value comes from.',
      flagOnly: true,
    },
  },
};

export interface ConfigSetConfig {
  readonly project: boolean;
  readonly unset: boolean;
}

export const configSetSection: Section<ConfigSetConfig> = {
  name: 'config',
  rows: {
    project: {
      flag: 'project',
      kind: toggle,
      default: 'false',
      doc: 'Write to rt.toml of this folder in place of the file of the user.',
      flagOnly: true,
    },
    unset: {
      flag: 'unset',
      kind: toggle,
      default: 'false',
      doc: 'Take the key out of the file; VALUE is left out then.',
      flagOnly: true,
    },
  },
};

/** Settings of `rt models`; every command that loads a model by its id reads `dir` too. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text, url } from '../kinds.ts';
import type { Rows, Section } from '../setting.ts';

export interface ModelsDirConfig {
  readonly dir: string | undefined;
}

export interface ModelsConfig extends ModelsDirConfig {
  readonly baseUrl: string | undefined;
}

const dirRows: Rows<ModelsDirConfig> = {
  dir: {
    flag: 'dir',
    kind: text('DIR'),
    doc: 'Folder of pulled models. Without it: rt/models in the cache folder of the user (XDG_CACHE_HOME, ~/.cache).',
    foreign: [{ name: 'XDG_CACHE_HOME', read: (value) => join(value, 'rt', 'models') }],
  },
};

/** What commands need that only look at models. */
export const modelsDirSection: Section<ModelsDirConfig> = { name: 'models', rows: dirRows };

export const modelsSection: Section<ModelsConfig> = {
  name: 'models',
  rows: {
    ...dirRows,
    baseUrl: {
      flag: 'base-url',
      kind: url('http', 'https'),
      doc: 'Mirror to fetch from in place of the publishers; paths below it stay theirs.',
    },
  },
};

/** The folder of pulled models. */
export function modelsDir({ dir }: ModelsDirConfig): string {
  return dir ?? join(homedir(), '.cache', 'rt', 'models');
}

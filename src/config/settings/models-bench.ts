/** Settings of one call of `rt models bench`. */
import type { ThreadLayoutText } from '../kinds.ts';
import type { Section } from '../setting.ts';
import { type EngineConfig, engineRows } from './worker.ts';

export interface ModelsBenchConfig extends Pick<EngineConfig, 'provider'> {
  readonly threads: ThreadLayoutText | 'auto';
}

export const modelsBenchSection: Section<ModelsBenchConfig> = {
  name: 'worker',
  rows: { provider: engineRows.provider, threads: engineRows.threads },
};

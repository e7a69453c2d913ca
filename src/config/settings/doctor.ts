/** Settings of one call of `rt doctor`. */
import { text, toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface DoctorConfig {
  readonly fixHints: boolean;
  readonly bundle: string | undefined;
}

export const doctorSection: Section<DoctorConfig> = {
  name: 'doctor',
  rows: {
    fixHints: {
      flag: 'fix-hints',
      kind: toggle,
      default: 'false',
      doc: 'Print a command that helps beneath each problem.',
      flagOnly: true,
    },
    bundle: {
      flag: 'bundle',
      kind: text('FILE.tgz'),
      doc: 'Archive to write for whoever is asked for help: findings, settings, fleet; no secrets, no words.',
      flagOnly: true,
    },
  },
};

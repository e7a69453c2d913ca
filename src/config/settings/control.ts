/** Settings of the commands that change a running cluster. Each belongs to one call. */
import { choice, text, toggle } from '../kinds.ts';
import type { Row, Section } from '../setting.ts';

export interface DryRunConfig {
  readonly dryRun: boolean;
}

export interface DrainConfig extends DryRunConfig {
  readonly wait: boolean;
}

export interface ConfirmedConfig extends DryRunConfig {
  readonly yes: boolean;
}

export interface ExportConfig {
  readonly format: 'txt' | 'json' | 'srt' | 'vtt' | undefined;
  readonly output: string | undefined;
}

const dryRun: Row<boolean> = {
  flag: 'dry-run',
  kind: toggle,
  default: 'false',
  doc: 'Say what would be done, and change nothing.',
  flagOnly: true,
};

export const dryRunSection: Section<DryRunConfig> = { name: 'control', rows: { dryRun } };

export const drainSection: Section<DrainConfig> = {
  name: 'control',
  rows: {
    wait: {
      flag: 'wait',
      kind: toggle,
      default: 'false',
      doc: 'Wait until they have left, for --timeout at most; exits 9 past it.',
      flagOnly: true,
    },
    dryRun,
  },
};

export const confirmedSection: Section<ConfirmedConfig> = {
  name: 'control',
  rows: {
    yes: {
      flag: 'yes',
      kind: toggle,
      default: 'false',
      doc: 'Do it without being asked; needed where there is no terminal to ask on.',
      flagOnly: true,
    },
    dryRun,
  },
};

export const exportSection: Section<ExportConfig> = {
  name: 'control',
  rows: {
    format: {
      flag: 'format',
      kind: choice('txt', 'json', 'srt', 'vtt'),
      doc: 'What to write: one line for each final, the transcript document, SubRip or WebVTT. By the ending of FILE unless given, else txt.',
      flagOnly: true,
    },
    output: {
      flag: 'output',
      char: 'o',
      kind: text('FILE'),
      doc: 'File to write in place of stdout; one that exists is replaced.',
      flagOnly: true,
    },
  },
};

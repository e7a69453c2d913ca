/** Settings of one call of `rt check`. */
import { choice, durationMs, type Kind } from '../kinds.ts';
import type { Rows, Section } from '../setting.ts';

export interface CheckFormatConfig {
  readonly format: 'text' | 'json' | 'nagios' | 'prometheus';
}

const formatRows: Rows<CheckFormatConfig> = {
  format: {
    flag: 'format',
    kind: choice('text', 'json', 'nagios', 'prometheus'),
    default: 'text',
    doc: 'text for people, json, one line and the exit codes of a Nagios plugin, or a file for the textfile collector.',
    flagOnly: true,
  },
};

export interface CheckConfig<T> extends CheckFormatConfig {
  readonly warn: T;
  readonly crit: T;
}

function timesSection(
  doc: string,
  defaults: { readonly warn: string; readonly crit: string },
): Section<CheckConfig<number>> {
  const row = { kind: durationMs, flagOnly: true } as const;
  return {
    name: 'check',
    rows: {
      ...formatRows,
      warn: { ...row, flag: 'warn', default: defaults.warn, doc: `${doc} from which it is a warning.` },
      crit: { ...row, flag: 'crit', default: defaults.crit, doc: `${doc} from which it is critical.` },
    },
  };
}

export const checkLatencySection: Section<CheckConfig<number>> = timesSection(
  'Response time (p95) of the slowest gateway',
  { warn: '1s', crit: '2s' },
);
export const checkGatewaySection: Section<CheckConfig<number>> = timesSection('Time until a session begins', {
  warn: '1s',
  crit: '3s',
});
export const checkRedisSection: Section<CheckConfig<number>> = timesSection('Slow pings (p95)', {
  warn: '20ms',
  crit: '250ms',
});

export const checkWorkerSection: Section<CheckConfig<number | undefined>> = {
  name: 'check',
  rows: {
    ...formatRows,
    warn: {
      flag: 'warn',
      kind: durationMs,
      doc: 'Time since its last beat from which it is a warning. Without it: three beats.',
      flagOnly: true,
    },
    crit: {
      flag: 'crit',
      kind: durationMs,
      doc: 'Time since its last beat from which it is critical. Without it: four beats.',
      flagOnly: true,
    },
  },
};

/** A number, or a share of something. */
export interface NumberOrPercent {
  readonly value: number;
  readonly isPercent: boolean;
}

const numberOrPercent: Kind<NumberOrPercent> = {
  form: 'value',
  placeholder: 'N|N%',
  expects: 'a number or a percentage, for example 2 or 10%',
  parse: (raw) => {
    const [, number, percent] = typeof raw === 'string' ? (/^(\d{1,6})(%)?$/.exec(raw) ?? []) : [];
    if (number === undefined || (percent !== undefined && Number(number) > 100)) return undefined;
    return { value: Number(number), isPercent: percent !== undefined };
  },
};

export const checkClusterSection: Section<CheckConfig<NumberOrPercent>> = {
  name: 'check',
  rows: {
    ...formatRows,
    warn: {
      flag: 'warn',
      kind: numberOrPercent,
      default: '10%',
      doc: 'With fewer free slots it is a warning.',
      flagOnly: true,
    },
    crit: {
      flag: 'crit',
      kind: numberOrPercent,
      default: '1',
      doc: 'With fewer free slots it is critical.',
      flagOnly: true,
    },
  },
};

/** Settings of `rt top`. */
import { durationMs, type Kind, toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface TopConfig {
  readonly intervalMs: number;
  readonly once: boolean;
}

const LEAST_MS = 250;

/** Redis is asked once per interval by everybody who watches, so the interval has a floor. */
const intervalMs: Kind<number> = {
  ...durationMs,
  expects: `a duration of at least ${String(LEAST_MS)}ms, for example 1s`,
  parse: (raw) => {
    const value = durationMs.parse(raw);
    return value !== undefined && value >= LEAST_MS ? value : undefined;
  },
};

export const topSection: Section<TopConfig> = {
  name: 'top',
  rows: {
    intervalMs: {
      flag: 'interval',
      kind: intervalMs,
      default: '1s',
      doc: 'Time between two looks at Redis.',
    },
    once: {
      flag: 'once',
      kind: toggle,
      default: 'false',
      doc: 'Print one snapshot and exit; so it is without a terminal, and with TERM=dumb.',
      foreign: [{ name: 'TERM', read: (value) => (value === 'dumb' ? 'true' : undefined) }],
    },
  },
};

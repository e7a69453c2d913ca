/** Settings of `rt top`. */
import { choice, durationMs, type Kind, text, toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface TopConfig {
  readonly intervalMs: number;
  readonly once: boolean;
  readonly view: 'overview' | 'workers' | 'sessions' | 'transcripts' | 'rooms' | 'events';
  /** Undefined for all rows. */
  readonly filter: string | undefined;
  readonly confirm: 'y' | 'name';
  readonly noTranscripts: boolean;
  /** Undefined where nothing is recorded, or shown again. */
  readonly record: string | undefined;
  readonly replay: string | undefined;
  /** Seconds of a recording per second. */
  readonly speed: number;
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

const MOST_SPEED = 1000;

const speed: Kind<number> = {
  form: 'value',
  placeholder: 'N',
  expects: `a number above 0 and up to ${String(MOST_SPEED)}, for example 4 or 0.5`,
  parse: (raw) => {
    const value = typeof raw === 'string' && /^\d+(?:\.\d+)?$/.test(raw) ? Number(raw) : 0;
    return value > 0 && value <= MOST_SPEED ? value : undefined;
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
    view: {
      flag: 'view',
      kind: choice('overview', 'workers', 'sessions', 'transcripts', 'rooms', 'events'),
      default: 'overview',
      doc: 'What to show first; the keys 1 to 6 change it.',
    },
    filter: {
      flag: 'filter',
      kind: text('EXPR'),
      doc: "Rows of that view to show, as behind the key /: 'lag>1', 'worker=w-2', '!beacon'.",
    },
    confirm: {
      flag: 'confirm',
      kind: choice('y', 'name'),
      default: 'y',
      doc: 'What has to be typed before anything is drained, cordoned or ended: y, or its name.',
    },
    noTranscripts: {
      flag: 'no-transcripts',
      kind: toggle,
      default: 'false',
      doc: 'Never show, export or record what is said.',
    },
    record: {
      flag: 'record',
      kind: text('FILE'),
      doc: 'Write what is learnt into a new file; without a terminal until --timeout or a signal.',
      flagOnly: true,
    },
    replay: {
      flag: 'replay',
      kind: text('FILE'),
      doc: 'Show a recording again, without any Redis.',
      flagOnly: true,
    },
    speed: {
      flag: 'speed',
      kind: speed,
      default: '1',
      doc: 'How many times faster than it was recorded a replay goes.',
      flagOnly: true,
    },
  },
};

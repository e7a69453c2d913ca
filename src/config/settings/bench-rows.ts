/** Settings that several commands of `rt bench` have in common. */
import { integer, type Kind, listOf, text, url } from '../kinds.ts';
import type { Rows } from '../setting.ts';

export const MOST_SESSIONS = 20_000;

/** A number, a fraction allowed. */
export function decimal(least: number, most: number): Kind<number> {
  return {
    form: 'value',
    placeholder: 'N',
    expects: `a number from ${String(least)} to ${String(most)}`,
    parse: (raw) => {
      const value = typeof raw === 'string' && /^\d+(\.\d+)?$/.test(raw) ? Number(raw) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

/** One value with commas in it, not a repeated flag: `1,4,16`. */
export const sessionLoads: Kind<readonly number[]> = {
  ...listOf(integer(1, MOST_SESSIONS)),
  form: 'value',
  placeholder: 'N[,N…]',
  expects: 'whole numbers with commas between them, for example 1,4,16',
};

/** Seconds from … to …, in milliseconds. */
export interface LifeRange {
  readonly least: number;
  readonly most: number;
}

/** `20..60`, or one number for both ends. */
export const lifeSeconds: Kind<LifeRange> = {
  form: 'value',
  placeholder: 'S..S',
  expects: 'seconds as LEAST..MOST, for example 20..60, or one number, from 1 to 3600',
  parse: (raw) => {
    const [, least = '', most = least] =
      typeof raw === 'string' ? (/^(\d{1,4})(?:\.\.(\d{1,4}))?$/.exec(raw) ?? []) : [];
    const range = { least: Number(least) * 1000, most: Number(most) * 1000 };
    const isRange = range.least >= 1000 && range.most >= range.least && range.most <= 3_600_000;
    return isRange ? range : undefined;
  },
};

/** What every run is judged by and kept in. */
export interface ReportConfig {
  readonly threshold: readonly string[] | undefined;
  readonly out: string | undefined;
}

export const reportRows: Rows<ReportConfig> = {
  threshold: {
    flag: 'threshold',
    kind: listOf(text('METRIC<=N')),
    doc: 'Exit 99 unless the run keeps it; repeat for more. A metric that is none lists those there are.',
    flagOnly: true,
  },
  out: { flag: 'out', kind: text('DIR'), doc: 'Folder for run.json and README.md.', flagOnly: true },
};

/** Who is spoken to, and what is said. */
export interface CrowdConfig extends ReportConfig {
  readonly url: string | undefined;
  readonly model: string | undefined;
  readonly audio: readonly string[] | undefined;
  readonly gapMs: number;
  readonly frameMs: number;
  readonly drainS: number;
  readonly seed: number;
  readonly voidLatenessMs: number;
}

export const crowdRows: Rows<CrowdConfig> = {
  url: {
    flag: 'url',
    kind: url('ws', 'wss'),
    doc: 'Gateway to load. Without it: --gateway.',
    flagOnly: true,
  },
  model: { flag: 'model', kind: text('NAME'), doc: 'Model or alias to ask for.', flagOnly: true },
  audio: {
    flag: 'audio',
    kind: { ...listOf(text('FILE|DIR')), expects: 'a file, a folder or a manifest.jsonl' },
    doc: 'Clips to speak; repeat for more. Without it: the demo clip.',
    flagOnly: true,
  },
  gapMs: {
    flag: 'gap-ms',
    kind: integer(0, 60_000),
    default: '600',
    doc: 'Silence behind each clip.',
    flagOnly: true,
  },
  frameMs: {
    flag: 'frame-ms',
    kind: integer(10, 1000),
    default: '80',
    doc: 'Audio in one message.',
    flagOnly: true,
  },
  drainS: {
    flag: 'drain-s',
    kind: integer(1, 600),
    default: '10',
    doc: 'Seconds for which answers are waited for behind the last message of a session.',
    flagOnly: true,
  },
  seed: {
    flag: 'seed',
    kind: integer(0, 4_294_967_295),
    default: '1',
    doc: 'Decides how long each session lasts and where its audio begins.',
    flagOnly: true,
  },
  voidLatenessMs: {
    flag: 'void-lateness-ms',
    kind: decimal(0.1, 1000),
    default: '5',
    doc: "p99 of the generator's own lateness above which the run is void.",
    flagOnly: true,
  },
  ...reportRows,
};

/** Settings of `rt bench latency`. All belong to one call: a run is repeated from its command line alone. */
import { durationMs, integer, type Kind, listOf, text, toggle, url } from '../kinds.ts';
import type { Section } from '../setting.ts';
import { type CrowdConfig, crowdRows, decimal, sessionLoads } from './bench-rows.ts';

export interface BenchLatencyConfig extends Omit<CrowdConfig, 'audio'> {
  readonly worker: string | undefined;
  readonly sessions: readonly number[];
  readonly duration: number;
  readonly warmup: number;
  readonly runs: number;
  readonly sloMs: number | undefined;
  readonly pid: readonly number[] | undefined;
  readonly stages: boolean;
  readonly baseline: string | undefined;
  readonly maxRegress: number;
}

/** `10%`, as a share. */
const percent: Kind<number> = {
  form: 'value',
  placeholder: 'N%',
  expects: 'a share in percent, for example 10%',
  parse: (raw) => {
    const [, digits] = typeof raw === 'string' ? (/^(\d+(?:\.\d+)?)%$/.exec(raw) ?? []) : [];
    return digits === undefined ? undefined : Number(digits) / 100;
  },
};

/** From a second to an hour. */
const span: Kind<number> = {
  ...durationMs,
  expects: 'a duration from 1s to 1h, for example 60s',
  parse: (raw) => {
    const ms = durationMs.parse(raw);
    return ms !== undefined && ms >= 1000 && ms <= 3_600_000 ? ms : undefined;
  },
};

const { audio: _audio, ...rows } = crowdRows;

export const benchLatencySection: Section<BenchLatencyConfig> = {
  name: 'bench.latency',
  rows: {
    ...rows,
    worker: {
      flag: 'worker',
      kind: url('ws', 'wss'),
      doc: 'Worker to measure directly, without a gateway.',
      flagOnly: true,
    },
    sessions: {
      flag: 'sessions',
      kind: sessionLoads,
      default: '1',
      doc: 'Sessions at once, one load for each number.',
      flagOnly: true,
    },
    duration: {
      flag: 'duration',
      kind: span,
      default: '60s',
      doc: 'Measured time of each run.',
      flagOnly: true,
    },
    warmup: {
      flag: 'warmup',
      kind: durationMs,
      default: '5s',
      doc: 'Time before it in which all sessions speak and nothing counts.',
      flagOnly: true,
    },
    runs: {
      flag: 'runs',
      kind: integer(1, 99),
      default: '3',
      doc: 'How often each load is measured; the median run is told, with the least and the greatest of all.',
      flagOnly: true,
    },
    sloMs: {
      flag: 'slo-ms',
      kind: decimal(1, 60_000),
      doc: 'Promise: p95 of resp_lag in milliseconds. Without it: the chunk of the model, where its name tells it.',
      flagOnly: true,
    },
    voidLatenessMs: {
      ...crowdRows.voidLatenessMs,
      doc: "p99 of the generator's own lateness above which a run is void.",
    },
    pid: {
      flag: 'pid',
      kind: listOf(integer(1, 4_194_304)),
      doc: 'Process of the server whose CPU and memory are told too, without those of its children; repeat for more.',
      flagOnly: true,
    },
    stages: {
      flag: 'stages',
      kind: toggle,
      default: 'false',
      doc: 'Tell where the time goes, from what gateways and workers say of themselves in Redis.',
      flagOnly: true,
    },
    baseline: {
      flag: 'baseline',
      kind: text('FILE|DIR'),
      doc: 'Earlier run to be held against: its run.json, or the folder that --out made.',
      flagOnly: true,
    },
    maxRegress: {
      flag: 'max-regress',
      kind: percent,
      default: '10%',
      doc: 'Exit 99 when a figure is worse than in the baseline by more, and no run of either overlaps.',
      flagOnly: true,
    },
  },
};

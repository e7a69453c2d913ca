/** The schema of what `rt bench` measures: one document for each kind of run (docs/bench.md). */
import { z } from 'zod';
import { count, figure, maybeText, open, time } from './parts.ts';

const judged = { verdict: z.enum(['pass', 'fail', 'void']), reasons: z.array(z.string()) };
const byCode = z.record(z.string(), count);

/** In milliseconds; all null where nothing was measured. */
const histogram = open({
  n: count,
  min: figure,
  mean: figure,
  stddev: figure,
  p50: figure,
  p90: figure,
  p95: figure,
  p99: figure,
  p99_9: figure,
  max: figure,
  hdr: z.string().meta({ description: 'The whole histogram in microseconds: HDR V2, deflated, base64.' }),
});
const histograms = z.record(z.string(), histogram);

const threshold = open({ threshold: z.string(), value: figure, kept: z.boolean() });
const ofLoad = threshold.extend({ sessions: count.nullable() });

const every = {
  schema: z.literal('rt.bench/v1'),
  at: time,
  environment: open({
    cpu: z.string(),
    cores: count,
    memory_bytes: count,
    platform: z.string(),
    node: z.string(),
    rt: z.string(),
    commit: maybeText,
  }),
  settings: open({}),
  model: maybeText,
};

/** One load, held for a while. */
const step = {
  started_at: time,
  measured_s: z.number(),
  ...judged,
  admitted: count,
  refused: count,
  errors: count,
  incomplete: count,
  timeouts: count,
  refusals_by_code: byCode,
  errors_by_code: byCode,
  warnings_by_code: byCode,
  retry_after_ms: open({ min: z.number(), max: z.number() }).nullable(),
  goodput: z.number(),
  metrics: histograms,
  wer: open({
    normaliser: z.string(),
    wer: figure,
    sub: count,
    ins: count,
    del: count,
    ref_words: count,
  }).nullable(),
  generator: open({ cpu_share: z.number(), loop_delay_p99_ms: z.number(), rss_bytes: count }),
  servers: z.array(open({ pid: count, name: z.string(), cpu_share: z.number(), rss_bytes: count })),
};

const load = open({
  ...every,
  kind: z.literal('load'),
  slo_ms: z.number(),
  steps: z.array(open({ sessions: count, ...step })),
  capacity: count.nullable(),
  knee: count.nullable(),
  stopped: z.string(),
  thresholds: z.array(ofLoad),
});

const stage = open({ stage: z.string(), budget_ms: figure, p50: figure, p95: figure });

const latency = open({
  ...every,
  kind: z.literal('latency'),
  slo_ms: figure,
  truth: z.enum(['words', 'none']),
  loads: z.array(
    open({
      sessions: count,
      verdict: judged.verdict,
      median_run: count.nullable(),
      figures: z.record(z.string(), open({ value: z.number(), min: z.number(), max: z.number() })),
      runs: z.array(open({ run: count, ...step, words: byCode, stages: z.array(stage).nullable() })),
    }),
  ),
  knee: count.nullable(),
  void_runs: count,
  thresholds: z.array(ofLoad),
  baseline: open({
    file: z.string(),
    at: z.string(),
    max_regress: z.number(),
    refused: maybeText,
    differs: z.array(z.string()),
    figures: z.array(open({})),
    gone: z.array(z.string()),
  }).nullable(),
});

const whole = open({
  ...every,
  kind: z.enum(['connect', 'overload', 'failover', 'soak', 'intrinsic', 'captions']),
  verdict: z.enum(['measured', 'void']),
  reasons: judged.reasons,
  figures: z.record(z.string(), figure),
  metrics: histograms,
  details: open({}),
  thresholds: z.array(threshold),
});

/** By `kind`. */
export const BENCH_DOCUMENT: z.ZodType = z.discriminatedUnion('kind', [load, latency, whole]);

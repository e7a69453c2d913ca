/** Schemas of what streams, models, measurements and rehearsals tell. */
import { z } from 'zod';
import { count, documentOf, figure, maybeText, open, spread, time } from './parts.ts';
import { finalMessage } from './wire-messages.ts';

const summary = open({
  type: z.literal('summary'),
  audio_s: z.number(),
  finals: count,
  first_partial_ms: figure,
  resp_lag_p50_ms: figure,
  resp_lag_p95_ms: figure,
  final_lag_p50_ms: figure,
  final_lag_p95_ms: figure,
  samples_sent: count,
  samples_accounted: count,
  seq_holes: count,
  resumes: count,
  complete: z.boolean(),
});

const stream = {
  input: z.string(),
  session_id: maybeText,
  transcript: z.string(),
  finals: z.array(finalMessage),
  summary: summary.nullable(),
};

const model = open({
  id: z.string(),
  family: maybeText,
  decoder: maybeText,
  precision: maybeText,
  languages: z.string(),
  chunk_ms: figure,
  license: maybeText,
  bytes: figure,
  bytes_exact: z.boolean(),
  sha256: z.enum(['published', 'recorded', 'unpublished']),
  min_ram_bytes: figure,
  state: z.enum(['bundled', 'installed', 'available']),
  folder: maybeText,
  loadable: z.boolean(),
});

const measuredLayout = open({
  layout: z.string(),
  sessions: z.number(),
  models: z.array(open({ model: z.string() })),
});
const verdict = {
  ok: z.boolean(),
  invariants: z.array(
    open({
      id: z.string(),
      ok: z.boolean(),
      violations: z.array(open({ session: z.string().optional(), message: z.string(), at_ms: z.number() })),
    }),
  ),
  gaps: z.array(
    open({
      session: z.string(),
      disturbed: z.boolean(),
      gap_first_ms: z.number(),
      gap_final_ms: z.number(),
    }),
  ),
};
const sum = open({
  histories: count,
  violated: count,
  invariants: z.array(open({ id: z.string(), violations: count })),
  totals: z.record(z.string(), count),
  gap_first_ms: spread,
  gap_final_ms: spread,
  gap_first_of_all_ms: spread,
  resume_ms: spread,
});
const runName = open({ path: z.string() });

export const WORK_DOCUMENTS: readonly z.ZodObject[] = [
  documentOf('rt.stream/v1', { streams: z.array(open(stream)) }),
  documentOf('rt.saved-stream/v1', { saved_at: time, ...stream, settings: open({}) }),
  documentOf('rt.audio-devices/v1', {
    devices: z.array(open({ id: z.string(), name: z.string(), default: z.boolean() })),
  }),
  documentOf('rt.demo/v1', { transcript: z.string(), summary }),
  documentOf('rt.models/v1', { models: z.array(model) }),
  documentOf('rt.model-pull/v1', { id: z.string(), status: z.string(), folder: z.string(), card: open({}) }),
  documentOf('rt.model-verify/v1', {
    sound: z.boolean(),
    models: z.array(
      open({
        folder: z.string(),
        family: maybeText,
        loadable: z.boolean(),
        files: z.array(open({ name: z.string(), bytes: figure, sha256: maybeText, status: z.string() })),
      }),
    ),
  }),
  documentOf('rt.model-import/v1', {
    folder: z.string(),
    encoder: z.string(),
    result: z.string(),
    reason: maybeText,
    steps: z.array(open({ batch: count, plain_ms: z.number(), delta_ms: z.number() })),
  }),
  documentOf('rt.first-seen/v1', {
    source: z.string(),
    revision: z.string().optional(),
    recorded_at: time,
    files: z.record(z.string(), open({ bytes: count, sha256: z.string() })),
  }),
  documentOf('rt.capacity/v1', {
    provider: z.string(),
    layout: z.string(),
    capacity: count,
    models: z.array(open({ name: z.string(), chunk_ms: z.number(), streaming: z.boolean() })),
    measured: z.array(measuredLayout),
  }),
  documentOf('rt.bench-report/v1', {
    runs: z.array(open({ path: z.string(), kind: z.string(), at: z.string(), steps: count })),
    files: z.array(z.string()),
  }),
  documentOf('rt.bench-comparison/v1', {
    a: z.array(runName),
    b: z.array(runName),
    method: z.string(),
    max_regress: z.number(),
    unmatched: z.array(z.string()),
    figures: z.array(open({ sessions: figure, metric: z.string() })),
  }),
  documentOf('rt.check-history/v1', { files: z.array(open({ file: z.string(), ...verdict })), sum }),
  documentOf('rt.chaos-scenarios/v1', {
    scenarios: z.array(open({ name: z.string(), summary: z.string() })),
  }),
  documentOf('rt.chaos-run/v1', {
    scenario: z.string(),
    seed: z.number(),
    sessions: count,
    trials: z.array(
      open({ trial: count, arm: z.string(), label: z.string(), ...verdict, repeat: z.string() }),
    ),
    sum,
  }),
  documentOf('rt.chaos/v1', {
    routes: z.array(open({ name: z.string(), listen: z.string(), upstream: z.string() })).optional(),
    toxic: open({}).nullable().optional(),
    name: z.string().optional(),
  }),
  documentOf('rt.beacon-audio/v1', {
    file: z.string(),
    samples: count,
    sample_rate: count,
    words: z.array(open({ id: count, start_sample: count, end_sample: count })),
  }),
  documentOf('rt.mock/v1', { behaviours: z.array(open({})) }),
];

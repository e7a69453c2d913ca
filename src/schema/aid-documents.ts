/** Schemas of what the operating aids tell: doctor, checks, contexts, settings, errors. */
import { z } from 'zod';
import { count, documentOf, figure, maybeText, open, time } from './parts.ts';

const origin = open({ layer: z.string(), name: z.string(), file: maybeText, line: count.nullable() });
const setting = { key: z.string(), value: maybeText, valid: z.boolean(), origin: origin.nullable() };
const status = z.enum(['ok', 'warn', 'fail', 'skip']);
const contextValues = z.record(z.string(), z.union([z.string(), z.boolean()]));

export const AID_DOCUMENTS: readonly z.ZodObject[] = [
  documentOf('rt.error/v1', {
    error: open({
      code: z.string(),
      message: z.string(),
      what_to_do: z.string(),
      ref: z.string().regex(/^RT\d{4}$/),
      exit_code: count.optional(),
      retry_after_ms: z.number().optional(),
    }),
  }),
  documentOf('rt.errors/v1', {
    errors: z.array(open({ ref: z.string(), code: z.string(), exit_code: count, title: z.string() })),
  }),
  documentOf('rt.error-entry/v1', {
    ref: z.string(),
    code: z.string(),
    exit_code: count,
    title: z.string(),
    explanation: z.string(),
    what_to_do: z.string(),
  }),
  documentOf('rt.doctor/v1', {
    at: time,
    status: z.enum(['ok', 'warn', 'fail']),
    counts: open({ ok: count, warn: count, fail: count, skip: count }),
    checks: z.array(
      open({ area: z.string(), name: z.string(), status, text: z.string(), hint: maybeText, fix: maybeText }),
    ),
  }),
  documentOf('rt.check/v1', {
    at: time,
    check: z.enum(['cluster', 'redis', 'gateway', 'worker', 'latency']),
    subject: z.string(),
    state: z.enum(['ok', 'warning', 'critical', 'unknown']),
    summary: z.string(),
    problems: z.array(open({ state: z.enum(['warning', 'critical']), text: z.string() })),
    measures: z.array(
      open({
        name: z.string(),
        unit: z.enum(['', 'ms', 'B']),
        value: z.number(),
        warn: figure,
        crit: figure,
      }),
    ),
  }),
  documentOf('rt.wait/v1', { target: z.string(), ready: z.literal(true), waited_ms: count }),
  documentOf('rt.contexts/v1', {
    file: z.string(),
    current: maybeText,
    contexts: z.array(
      open({ name: z.string(), redis: maybeText, gateway: maybeText, read_only: z.boolean() }),
    ),
  }),
  documentOf('rt.context/v1', {
    name: z.string(),
    file: z.string(),
    current: z.boolean(),
    values: contextValues,
  }),
  documentOf('rt.context-use/v1', { file: z.string(), current: z.string(), previous: maybeText }),
  documentOf('rt.context-remove/v1', { file: z.string(), removed: z.string(), current: maybeText }),
  documentOf('rt.context-validate/v1', {
    name: z.string(),
    valid: z.boolean(),
    checks: z.array(open({ name: z.string(), status, text: z.string(), hint: maybeText })),
  }),
  documentOf('rt.config/v1', { settings: z.array(open(setting)) }),
  documentOf('rt.setting/v1', { ...setting, doc: z.string() }),
  documentOf('rt.config-set/v1', {
    file: z.string(),
    key: z.string(),
    value: maybeText,
    previous: maybeText,
  }),
  documentOf('rt.config-path/v1', {
    files: z.array(open({ owner: z.enum(['project', 'user']), path: z.string(), exists: z.boolean() })),
  }),
  documentOf('rt.config-validate/v1', {
    valid: z.boolean(),
    files: z.array(
      open({
        path: z.string(),
        owner: z.enum(['project', 'user']),
        problems: z.array(open({ message: z.string(), what_to_do: maybeText })),
      }),
    ),
  }),
  documentOf('rt.completion/v1', { shell: z.string(), script: z.string() }),
  documentOf('rt.exit-codes/v1', {
    exit_codes: z.array(open({ exit_code: count, meaning: z.string(), errors: z.array(z.string()) })),
  }),
  documentOf('rt.schemas/v1', { schemas: z.array(open({ name: z.string(), about: z.string() })) }),
];

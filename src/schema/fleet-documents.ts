/** Schemas of what is told of workers, sessions and the fleet, by commands and over HTTP. */
import { z } from 'zod';
import { count, documentOf, figure, latency, maybeText, open, segment, time } from './parts.ts';

const worker = open({
  id: z.string(),
  status: z.enum(['ready', 'busy', 'draining', 'offline']),
  endpoint: z.string(),
  capacity: count,
  active_sessions: count,
  models_loaded: z.array(z.string()),
  last_heartbeat: time,
  protocol: count,
  provider: z.string(),
  engine: z.string(),
  version: z.string(),
  host: z.string(),
  pid: count,
  started_at: time,
  gpu_memory_used: z.string(),
  gpu_memory_total: z.string(),
});

const session = open({
  id: z.string().regex(/^sess_[0-9a-f]{12}$/),
  status: z.enum(['active', 'ended', 'error']),
  worker_id: z.string(),
  gateway_id: z.string(),
  language: z.string(),
  model: z.string(),
  client_ip: z.string(),
  started_at: time,
  ended_at: maybeText,
  audio_duration: z.number(),
  epoch: count,
  committed: count,
  failovers: count,
  enhance_on_end: z.boolean(),
  room: maybeText,
  speaker: maybeText,
});

const server = open({
  id: z.string(),
  status: z.enum(['ready', 'draining']),
  stale: z.boolean(),
  url: z.string(),
  beat_age_s: z.number(),
});

const alert = open({
  level: z.enum(['critical', 'warning']),
  code: z.string(),
  subject: z.string(),
  text: z.string(),
});

export const FLEET_DOCUMENTS: readonly z.ZodObject[] = [
  documentOf('rt.workers/v1', { workers: z.array(worker) }),
  documentOf('rt.worker/v1', { worker, sessions: z.array(session) }),
  documentOf('rt.workers-wish/v1', {
    wish: z.string(),
    dry_run: z.boolean(),
    workers: z.array(
      open({ id: z.string(), outcome: z.string(), wish_before: z.string(), active_sessions: count }),
    ),
  }),
  documentOf('rt.workers-remove/v1', {
    dry_run: z.boolean(),
    workers: z.array(
      open({ id: z.string(), outcome: z.string(), status_before: z.string(), active_sessions: count }),
    ),
  }),
  documentOf('rt.sessions/v1', { sessions: z.array(session) }),
  documentOf('rt.session/v1', { session }),
  documentOf('rt.sessions-end/v1', { dry_run: z.boolean(), sessions: z.array(session) }),
  documentOf('rt.session-export/v1', {
    file: maybeText,
    format: z.string(),
    session_id: z.string(),
    status: z.string(),
    complete: z.boolean(),
    segments: count,
  }),
  documentOf('rt.transcript/v1', {
    session_id: z.string(),
    status: z.enum(['active', 'ended', 'error']),
    language: z.string(),
    model: z.string(),
    text: z.string(),
    segments: z.array(segment),
    complete: z.boolean(),
  }),
  documentOf('rt.status/v1', {
    status: z.enum(['available', 'full', 'no_workers']),
    workers: open({ ready: count, busy: count, draining: count, offline: count }),
    capacity: count,
    active_sessions: count,
    available: count,
    models: z.array(z.string()),
  }),
  documentOf('rt.top/v1', {
    at: time,
    workers: z.array(
      open({
        id: z.string(),
        state: z.string(),
        active_sessions: count,
        capacity: count,
        beat_age_s: z.number(),
      }),
    ),
    sessions: z.array(open({ id: z.string(), worker_id: z.string(), lag_s: figure, response_ms: latency })),
    gateways: z.array(server.extend({ overload_level: figure, begin_ms: latency, response_ms: latency })),
    routers: z.array(server),
    alerts: z.array(alert),
  }),
  documentOf('rt.top-view/v1', {
    at: time,
    screen: z.string(),
    about: maybeText,
    filter: z.string(),
    rows: z.array(open({})),
  }),
  documentOf('rt.top-recording/v1', { at: time }),
  documentOf('rt.top-recorded/v1', { path: z.string(), complete: z.boolean() }),
];

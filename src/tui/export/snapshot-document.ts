/** The view as one JSON document, for programs: names and units as on the wire, nothing rounded. */
import type { GatewayRow, RouterRow, WorkerRow } from '../fleet/process-rows.ts';
import type { Latency, SessionReading } from '../fleet/readings.ts';
import type { Alert } from '../state/alerts.ts';
import type { View } from '../state/view.ts';

export interface SnapshotDocument {
  readonly schema: 'rt.top/v1';
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly workers: readonly Readonly<Record<string, unknown>>[];
  readonly sessions: readonly Readonly<Record<string, unknown>>[];
  readonly gateways: readonly Readonly<Record<string, unknown>>[];
  readonly routers: readonly Readonly<Record<string, unknown>>[];
  readonly alerts: readonly Alert[];
}

/** The document of `view`, taken at `date`. */
export function snapshotDocument(view: View, date: Date): SnapshotDocument {
  return {
    schema: 'rt.top/v1',
    at: date.toISOString(),
    workers: view.workers.map(workerFields),
    sessions: view.sessions.map(sessionFields),
    gateways: view.gateways.map(gatewayFields),
    routers: view.routers.map(serverFields),
    alerts: view.alerts,
  };
}

/** The facts of a worker. */
export function workerFields(worker: WorkerRow): Readonly<Record<string, unknown>> {
  return {
    id: worker.id,
    state: worker.state,
    active_sessions: worker.activeSessions,
    capacity: worker.capacity,
    endpoint: worker.endpoint,
    models: worker.models,
    beat_age_s: worker.beatAgeMs / 1000,
    step_p50_ms: worker.stepP50Ms,
    step_p95_ms: worker.stepP95Ms,
    batch_fill: worker.batchFill,
    audio_rate: worker.audioRate,
    cpu_share: worker.cpuShare,
    rss_bytes: worker.rssBytes,
  };
}

function serverFields(server: GatewayRow | RouterRow): Readonly<Record<string, unknown>> {
  return {
    id: server.id,
    status: server.isDraining ? 'draining' : 'ready',
    stale: server.isStale,
    url: server.url,
    beat_age_s: server.beatAgeMs / 1000,
  };
}

function gatewayFields(gateway: GatewayRow): Readonly<Record<string, unknown>> {
  return {
    ...serverFields(gateway),
    overload_level: gateway.overloadLevel,
    waiting: gateway.waiting,
    rejects_total: gateway.rejectsTotal,
    sessions_total: gateway.sessionsTotal,
    begin_ms: latencyFields(gateway.begin),
    response_ms: latencyFields(gateway.response),
    cpu_share: gateway.cpuShare,
    rss_bytes: gateway.rssBytes,
  };
}

/** The facts of a session and what was said last in it. */
export function sessionFields(session: SessionReading): Readonly<Record<string, unknown>> {
  return {
    id: session.id,
    gateway_id: session.gatewayId,
    worker_id: session.workerId,
    model: session.model,
    language: session.language,
    started_at: session.startedAt,
    audio_s: session.audioS,
    lag_s: session.lagS,
    speaking: session.isSpeaking,
    finals: session.finals,
    last_text: session.lastText,
    last_text_final: session.isLastTextFinal,
    response_ms: latencyFields(session.response),
  };
}

function latencyFields(latency: Latency | null): { readonly p50: number; readonly p95: number } | null {
  return latency === null ? null : { p50: latency.p50Ms, p95: latency.p95Ms };
}

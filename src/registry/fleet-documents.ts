/** Workers and sessions as JSON: the names they have in Redis and on the wire. */
import type { SessionView, WorkerView } from './ports.ts';

export interface WorkerDocument {
  readonly id: string;
  readonly status: string;
  readonly wish: string;
  readonly wished_at: string | null;
  readonly endpoint: string;
  readonly capacity: number;
  readonly active_sessions: number;
  readonly models_loaded: readonly string[];
  readonly last_heartbeat: string;
  readonly protocol: number;
  readonly provider: string;
  readonly engine: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly started_at: string;
  readonly gpu_memory_used: string;
  readonly gpu_memory_total: string;
}

export interface SessionDocument {
  readonly id: string;
  readonly status: string;
  readonly worker_id: string;
  readonly gateway_id: string;
  readonly language: string;
  readonly model: string;
  readonly client_ip: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly end_reason: string | null;
  readonly end_requested: string | null;
  readonly audio_duration: number;
  readonly epoch: number;
  readonly committed: number;
  readonly failovers: number;
  readonly enhance_on_end: boolean;
  readonly room: string | null;
  readonly speaker: string | null;
}

/** The record of a worker. */
export function workerDocument(worker: WorkerView): WorkerDocument {
  return {
    id: worker.id,
    status: worker.status,
    wish: worker.wish,
    wished_at: worker.wishedAt ?? null,
    endpoint: worker.endpoint,
    capacity: worker.capacity,
    active_sessions: worker.activeSessions,
    models_loaded: worker.models,
    last_heartbeat: worker.lastHeartbeat,
    protocol: worker.protocol,
    provider: worker.provider,
    engine: worker.engine,
    version: worker.version,
    host: worker.host,
    pid: worker.pid,
    started_at: worker.startedAt,
    gpu_memory_used: worker.gpuMemoryUsed,
    gpu_memory_total: worker.gpuMemoryTotal,
  };
}

/** The record of a session. */
export function sessionDocument(session: SessionView): SessionDocument {
  return {
    id: session.id,
    status: session.status,
    worker_id: session.workerId,
    gateway_id: session.gatewayId,
    language: session.language,
    model: session.model,
    client_ip: session.clientIp,
    started_at: session.startedAt,
    ended_at: session.endedAt ?? null,
    end_reason: session.endReason ?? null,
    end_requested: session.endRequested ?? null,
    audio_duration: session.audioDuration,
    epoch: session.epoch,
    committed: session.committed,
    failovers: session.failovers,
    enhance_on_end: session.enhanceOnEnd,
    room: session.room ?? null,
    speaker: session.speaker ?? null,
  };
}

/**
 * Redis hash ↔ record, in one place. Reading is tolerant: records may come from other programs or
 * versions, so an unknown field is ignored and a missing one gets a neutral value.
 */
import type { GatewayId, SessionId, WorkerId } from '../base/ids.ts';
import type {
  FleetEvent,
  SessionInfo,
  SessionStatus,
  SessionView,
  WorkerInfo,
  WorkerStatus,
  WorkerView,
  WorkerWish,
} from './ports.ts';

type Hash = Readonly<Record<string, string | undefined>>;
type Fields = readonly (string | number)[];

const WORKER_STATUSES: readonly WorkerStatus[] = ['ready', 'busy', 'draining', 'offline'];
const WISHES: readonly WorkerWish[] = ['cordon', 'drain'];
/** The last moment a date can hold. */
const LAST_MS = 8.64e15;
const SESSION_STATUSES: readonly SessionStatus[] = ['active', 'ended', 'error'];
const EVENT_TYPES: readonly FleetEvent['type'][] = [
  'worker.ready',
  'worker.draining',
  'worker.offline',
  'session.started',
  'session.ended',
  'session.error',
  'failover',
  'reject',
];

/** What the worker itself writes: field, value, … */
export function workerFields(worker: WorkerInfo): Fields {
  return [
    ...['endpoint', worker.endpoint, 'capacity', worker.capacity],
    ...['gpu_memory_used', worker.gpuMemoryUsed, 'gpu_memory_total', worker.gpuMemoryTotal],
    ...['models_loaded', JSON.stringify(worker.models), 'protocol', worker.protocol],
    ...['provider', worker.provider, 'engine', worker.engine, 'version', worker.version],
    ...['host', worker.host, 'pid', worker.pid, 'started_at', worker.startedAt],
  ];
}

/** A worker's hash; undefined when it is empty or names no endpoint. */
export function parseWorker(id: string, hash: Hash): WorkerView | undefined {
  const endpoint = hash['endpoint'];
  const wish = oneOf(WISHES, hash['wish']);
  if (endpoint === undefined || endpoint === '') return undefined;
  return {
    id: id as WorkerId,
    endpoint,
    status: oneOf(WORKER_STATUSES, hash['status']) ?? 'offline',
    wish: wish ?? 'none',
    ...(wish && hash['wished_ms'] ? { wishedAt: isoOf(count(hash['wished_ms'])) } : {}),
    capacity: count(hash['capacity']),
    activeSessions: count(hash['active_sessions']),
    models: parseNames(hash['models_loaded']),
    lastHeartbeat: hash['last_heartbeat'] ?? '',
    protocol: count(hash['protocol']),
    provider: hash['provider'] ?? '',
    engine: hash['engine'] ?? '',
    version: hash['version'] ?? '',
    host: hash['host'] ?? '',
    pid: count(hash['pid']),
    startedAt: hash['started_at'] ?? '',
    gpuMemoryUsed: hash['gpu_memory_used'] ?? '',
    gpuMemoryTotal: hash['gpu_memory_total'] ?? '',
  };
}

/** What the owning gateway writes: field, value, … */
export function sessionFields(session: SessionInfo): Fields {
  return [
    ...['language', session.language, 'model', session.model, 'client_ip', session.clientIp],
    ...['gateway_id', session.gatewayId, 'enhance_on_end', String(session.enhanceOnEnd)],
    ...(session.resume === undefined ? [] : ['resume', session.resume]),
    ...(session.room === undefined ? [] : ['room', session.room]),
    ...(session.speaker === undefined ? [] : ['speaker', session.speaker]),
  ];
}

/** A session's hash; undefined when it is empty or has no status. */
export function parseSession(id: string, hash: Hash): SessionView | undefined {
  const status = oneOf(SESSION_STATUSES, hash['status']);
  if (!status) return undefined;
  return {
    id: id as SessionId,
    workerId: (hash['worker_id'] ?? '') as WorkerId,
    gatewayId: (hash['gateway_id'] ?? '') as GatewayId,
    status,
    language: hash['language'] ?? '',
    model: hash['model'] ?? '',
    clientIp: hash['client_ip'] ?? '',
    startedAt: hash['started_at'] ?? '',
    ...(hash['ended_at'] === undefined ? {} : { endedAt: hash['ended_at'] }),
    ...(hash['end_reason'] === undefined ? {} : { endReason: hash['end_reason'] }),
    ...(hash['end_requested'] === undefined ? {} : { endRequested: hash['end_requested'] }),
    audioDuration: count(hash['audio_duration']),
    enhanceOnEnd: hash['enhance_on_end'] === 'true',
    epoch: count(hash['epoch']),
    committed: count(hash['committed']),
    failovers: count(hash['failovers']),
    ...(hash['resume'] === undefined ? {} : { resume: hash['resume'] }),
    ...(hash['room'] === undefined ? {} : { room: hash['room'] }),
    ...(hash['speaker'] === undefined ? {} : { speaker: hash['speaker'] }),
  };
}

/** The stream entry of a fleet event: field, value, … */
export function eventFields(event: Omit<FleetEvent, 'at'>): Fields {
  return [
    ...['type', event.type, 'worker_id', event.workerId ?? '', 'session_id', event.sessionId ?? ''],
    ...['gateway_id', event.gatewayId ?? '', 'reason', event.reason ?? ''],
  ];
}

/** A stream entry as a fleet event, its time taken from the entry id; undefined for foreign types. */
export function parseEvent(entryId: string, fields: readonly string[]): FleetEvent | undefined {
  const hash: Record<string, string | undefined> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) hash[fields[i] as string] = fields[i + 1];
  const type = oneOf(EVENT_TYPES, hash['type']);
  if (!type) return undefined;
  return {
    type,
    at: new Date(Number.parseInt(entryId, 10)).toISOString(),
    ...(hash['worker_id'] ? { workerId: hash['worker_id'] } : {}),
    ...(hash['session_id'] ? { sessionId: hash['session_id'] } : {}),
    ...(hash['gateway_id'] ? { gatewayId: hash['gateway_id'] } : {}),
    ...(hash['reason'] ? { reason: hash['reason'] } : {}),
  };
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined): T | undefined {
  return known.find((value) => value === text);
}

function count(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** ISO-8601 of a moment; the last one there is for what is beyond. */
function isoOf(ms: number): string {
  return new Date(Math.min(ms, LAST_MS)).toISOString();
}

function parseNames(json: string | undefined): readonly string[] {
  try {
    const names: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/**
 * What the fleet says of itself, made safe to show.
 *
 * The digests come from other processes and perhaps other versions: any field may be missing, of another
 * type, or hold control characters. Behind this file every text is printable and every number is finite
 * or null; nothing else in the folder reads a digest.
 */
import { safeText } from '../../base/terminal-text.ts';
import {
  type GatewayDigest,
  parseDigest,
  type RouterDigest,
  type WorkerDigest,
} from '../../registry/digests.ts';
import type { WorkerStatus, WorkerView, WorkerWish } from '../../registry/ports.ts';

/** Milliseconds. */
export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface WorkerReading {
  readonly id: string;
  readonly status: WorkerStatus;
  /** What an operator wants of it. */
  readonly wish: WorkerWish;
  readonly activeSessions: number;
  readonly capacity: number;
  readonly endpoint: string;
  readonly models: readonly string[];
  readonly engine: string;
  readonly provider: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** Changes with each beat. */
  readonly beatStamp: string;
  readonly beatMs: number;
  /** Of its own digest; null while it has published none. */
  readonly stepP50Ms: number | null;
  readonly stepP95Ms: number | null;
  readonly batchFill: number | null;
  readonly audioRate: number | null;
  readonly cpuShare: number | null;
  readonly rssBytes: number | null;
}

export interface GatewayReading {
  readonly id: string;
  readonly isDraining: boolean;
  readonly url: string;
  readonly beatStamp: string;
  readonly beatMs: number;
  /** As docs/sessions.md counts it; null where a gateway does not tell. */
  readonly overloadLevel: number | null;
  /** Clients that wait for a slot. */
  readonly waiting: number | null;
  readonly rejectsTotal: number | null;
  readonly sessionsTotal: number | null;
  readonly cpuShare: number | null;
  readonly rssBytes: number | null;
  readonly begin: Latency | null;
  readonly response: Latency | null;
}

export interface RouterReading {
  readonly id: string;
  readonly isDraining: boolean;
  readonly url: string;
  readonly beatStamp: string;
  readonly beatMs: number;
}

export interface SessionReading {
  readonly id: string;
  readonly gatewayId: string;
  readonly workerId: string;
  readonly model: string;
  readonly language: string;
  readonly clientIp: string;
  readonly startedAt: string;
  readonly audioS: number | null;
  readonly lagS: number | null;
  readonly isSpeaking: boolean;
  readonly finals: number | null;
  readonly lastText: string;
  readonly isLastTextFinal: boolean;
  readonly response: Latency | null;
}

export interface Fleet {
  /** Live ones first, then by id. */
  readonly workers: readonly WorkerReading[];
  readonly gateways: readonly GatewayReading[];
  readonly routers: readonly RouterReading[];
  /** In the order they started. */
  readonly sessions: readonly SessionReading[];
}

/** The beat of a process that does not say how often it beats. */
const USUAL_BEAT_MS = 2000;

/** The fleet as of one look: registry records, and the digests of `snapshot` (fields of other versions are skipped). */
export function readFleet(views: readonly WorkerView[], snapshot: ReadonlyMap<string, string>): Fleet {
  const digests = [...snapshot.values()].flatMap((json) => parseDigest(json) ?? []);
  const ofWorkers = new Map(
    digests.flatMap((digest) => (digest.role === 'worker' ? [[digest.id, digest]] : [])),
  );
  const gateways = digests.filter((digest) => digest.role === 'gateway');
  return {
    workers: views.map((view) => readWorker(view, ofWorkers.get(view.id))).toSorted(byLifeThenId),
    gateways: gateways.map(readGateway).toSorted(byId),
    routers: digests
      .filter((digest) => digest.role === 'router')
      .map(readServer)
      .toSorted(byId),
    sessions: gateways.flatMap(readSessions).toSorted(byStart),
  };
}

function readWorker(view: WorkerView, digest: WorkerDigest | undefined): WorkerReading {
  return {
    id: textOf(view.id),
    status: view.status,
    wish: view.wish,
    activeSessions: view.activeSessions,
    capacity: view.capacity,
    endpoint: textOf(view.endpoint),
    models: view.models.map(textOf),
    engine: textOf(view.engine),
    provider: textOf(view.provider),
    version: textOf(view.version),
    host: textOf(view.host),
    pid: view.pid,
    beatStamp: view.lastHeartbeat,
    beatMs: numberOf(digest?.beat_ms) ?? USUAL_BEAT_MS,
    stepP50Ms: numberOf(digest?.step_p50_ms),
    stepP95Ms: numberOf(digest?.step_p95_ms),
    batchFill: numberOf(digest?.batch_fill),
    audioRate: numberOf(digest?.audio_rate),
    cpuShare: numberOf(digest?.cpu_share),
    rssBytes: numberOf(digest?.rss_bytes),
  };
}

function readServer(digest: RouterDigest | GatewayDigest): RouterReading {
  return {
    id: textOf(digest.id),
    isDraining: textOf(digest.status) === 'draining',
    url: textOf(digest.url),
    beatStamp: digest.at,
    beatMs: numberOf(digest.beat_ms) ?? USUAL_BEAT_MS,
  };
}

function readGateway(digest: GatewayDigest): GatewayReading {
  return {
    ...readServer(digest),
    overloadLevel: numberOf(digest.overload_level),
    waiting: numberOf(digest.waiting),
    rejectsTotal: numberOf(digest.rejects_total),
    sessionsTotal: numberOf(digest.sessions_total),
    cpuShare: numberOf(digest.cpu_share),
    rssBytes: numberOf(digest.rss_bytes),
    begin: latencyOf(digest.begin_ms),
    response: latencyOf(digest.response_ms),
  };
}

function readSessions(gateway: GatewayDigest): readonly SessionReading[] {
  const entries: readonly unknown[] = gateway.sessions;
  return entries.filter(isRecord).map((session) => ({
    id: textOf(session['id']),
    gatewayId: textOf(gateway.id),
    workerId: textOf(session['worker_id']),
    model: textOf(session['model']),
    language: textOf(session['language']),
    clientIp: textOf(session['client_ip']),
    startedAt: textOf(session['started_at']),
    audioS: numberOf(session['audio_s']),
    lagS: numberOf(session['lag_s']),
    isSpeaking: session['speaking'] === true,
    finals: numberOf(session['finals']),
    lastText: textOf(session['last_text']),
    isLastTextFinal: session['last_text_final'] === true,
    response: latencyOf(session['response_ms']),
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? safeText(value).trim() : '';
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function latencyOf(value: unknown): Latency | null {
  if (!isRecord(value)) return null;
  const p50Ms = numberOf(value['p50']);
  const p95Ms = numberOf(value['p95']);
  return p50Ms === null || p95Ms === null ? null : { p50Ms, p95Ms };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return ids.compare(a.id, b.id);
}

const ids = new Intl.Collator('en', { numeric: true });

function byLifeThenId(a: WorkerReading, b: WorkerReading): number {
  return Number(a.status === 'offline') - Number(b.status === 'offline') || byId(a, b);
}

function byStart(a: SessionReading, b: SessionReading): number {
  return order(a.startedAt, b.startedAt) || order(a.id, b.id);
}

/** By code units, as ids of hexadecimal digits and ISO-8601 times want it. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

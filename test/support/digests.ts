/** What processes tell of themselves, everything filled in, so that tests name only what matters. */
import type {
  GatewayDigest,
  GatewaySessionDigest,
  LatencyDigest,
  RouterDigest,
  WorkerDigest,
} from '../../src/registry/digests.ts';
import { sessionId } from './fleet.ts';

export const START = '2025-01-01T00:00:00.000Z';

export function latency(p50: number, p95: number): LatencyDigest {
  return { p50, p95, p99: p95 * 2, count: 100 };
}

export function workerDigest(id: string, changes: Partial<WorkerDigest> = {}): WorkerDigest {
  return {
    role: 'worker',
    id,
    at: START,
    beat_ms: 2000,
    status: 'ready',
    capacity: 4,
    active: 0,
    provider: 'cpu',
    models: ['rt-tiny-en', 'fast'],
    step_p50_ms: 41.2,
    step_p95_ms: 62.7,
    batch_fill: 2.4,
    audio_rate: 3.9,
    rss_bytes: 210_000_000,
    cpu_share: 0.61,
    loop_delay_p99_ms: 11,
    sessions: [],
    ...changes,
  };
}

export function gatewaySession(
  number: number,
  changes: Partial<GatewaySessionDigest> = {},
): GatewaySessionDigest {
  return {
    id: sessionId(number),
    worker_id: 'w-1',
    model: 'fast',
    language: 'en',
    client_ip: '127.0.0.1',
    started_at: START,
    audio_s: 42,
    lag_s: 0.2,
    speaking: true,
    finals: 3,
    last_text: 'and then we ship the router on friday',
    last_text_final: true,
    last_confidence: 0.9,
    response_ms: latency(210, 390),
    ...changes,
  };
}

export function gatewayDigest(id: string, changes: Partial<GatewayDigest> = {}): GatewayDigest {
  return {
    role: 'gateway',
    id,
    at: START,
    beat_ms: 2000,
    status: 'ready',
    url: 'ws://127.0.0.1:8000',
    overload_level: 0,
    waiting: 0,
    rejects_total: 0,
    sessions_total: 12,
    rss_bytes: 90_000_000,
    cpu_share: 0.08,
    loop_delay_p99_ms: 12,
    begin_ms: latency(12, 41),
    response_ms: latency(212, 388),
    sessions: [],
    ...changes,
  };
}

export function routerDigest(id: string, changes: Partial<RouterDigest> = {}): RouterDigest {
  return {
    role: 'router',
    id,
    at: START,
    beat_ms: 2000,
    status: 'ready',
    url: 'http://127.0.0.1:8100',
    ...changes,
  };
}

/** What a worker tells monitors of itself with each beat. */
import type { Clock } from '../base/clock.ts';
import { type ProcessLoad, watchProcessLoad } from '../base/process-load.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';
import type { Engine } from '../engine/engine.ts';
import type { WorkerDigest } from '../registry/digests.ts';
import type { WorkerInfo } from '../registry/ports.ts';
import type { WorkerSession } from './session.ts';

export interface DigestSource {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly beatMs: number;
  readonly info: () => WorkerInfo;
  readonly isDraining: () => boolean;
  readonly sessions: () => readonly WorkerSession[];
  /** Samples decoded since the worker started, over all sessions. */
  readonly decodedSamples: () => number;
}

export function createWorkerDigest(source: DigestSource): () => WorkerDigest {
  const look = watchProcessLoad(source.clock);
  let lastMs = source.clock.nowMs();
  let lastSamples = 0;
  const audioRate = (): number => {
    const nowMs = source.clock.nowMs();
    const samples = source.decodedSamples();
    const rate = nowMs > lastMs ? (samples - lastSamples) / SAMPLE_RATE / ((nowMs - lastMs) / 1000) : 0;
    lastMs = nowMs;
    lastSamples = samples;
    return rate;
  };
  return () => compose(source, { load: look(), audioRate: audioRate() });
}

function compose(source: DigestSource, now: { load: ProcessLoad; audioRate: number }): WorkerDigest {
  const info = source.info();
  const stats = source.engine.stats();
  const sessions = source.sessions();
  return {
    role: 'worker',
    id: info.id,
    at: source.clock.date().toISOString(),
    beat_ms: source.beatMs,
    status: source.isDraining() ? 'draining' : 'ready',
    capacity: info.capacity,
    active: sessions.length,
    provider: info.provider,
    models: info.models,
    step_p50_ms: round(stats.stepP50Ms),
    step_p95_ms: round(stats.stepP95Ms),
    lag_p50_ms: round(stats.lagP50Ms),
    lag_p95_ms: round(stats.lagP95Ms),
    step_wait_p50_ms: round(stats.stepWaitP50Ms),
    step_wait_p95_ms: round(stats.stepWaitP95Ms),
    batch_fill: round(stats.batchFill),
    audio_rate: round(now.audioRate),
    rss_bytes: now.load.rssBytes,
    cpu_share: round(now.load.cpuShare),
    loop_delay_p99_ms: round(now.load.loopDelayP99Ms),
    sessions: sessions.map((session) => ({
      id: session.id ?? '',
      received_s: session.receivedSample / SAMPLE_RATE,
      decoded_s: session.decodedSample / SAMPLE_RATE,
    })),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What the gateway tells monitors of itself and of its sessions. */
import type { WorkerId } from '../base/ids.ts';
import type { QuantileWindow } from '../base/quantile-window.ts';
import type { GatewayDigest, GatewaySessionDigest, LatencyDigest } from '../registry/digests.ts';
import type { EventLog } from './event-log.ts';
import type { OpenedSession } from './opened-session.ts';

export interface SessionFigures {
  readonly opened: OpenedSession;
  /** That serves it now. */
  readonly workerId: WorkerId;
  readonly startedAt: Date;
  readonly audioS: number;
  readonly lagS: number;
  readonly isSpeaking: boolean;
  readonly events: Pick<EventLog, 'segments' | 'lastText'>;
  readonly responses: QuantileWindow;
  /** Whether the last text may be shown. */
  readonly showText: boolean;
}

export function sessionDigest(figures: SessionFigures): GatewaySessionDigest {
  const { opened, events } = figures;
  const { text, isFinal, confidence } = events.lastText;
  return {
    id: opened.info.id,
    worker_id: figures.workerId,
    model: opened.link.ready.model,
    language: opened.link.ready.language,
    client_ip: opened.info.clientIp,
    started_at: figures.startedAt.toISOString(),
    audio_s: round(figures.audioS),
    lag_s: round(figures.lagS),
    speaking: figures.isSpeaking,
    finals: events.segments.length,
    last_text: figures.showText ? text : '',
    last_text_final: isFinal,
    last_confidence: confidence,
    response_ms: latencyDigest(figures.responses),
  };
}

export function latencyDigest(window: QuantileWindow): LatencyDigest | null {
  if (window.count === 0) return null;
  return {
    p50: round(window.quantile(0.5)),
    p95: round(window.quantile(0.95)),
    p99: round(window.quantile(0.99)),
    count: window.count,
  };
}

/** The digest of the process around those of its sessions; figures rounded for the wire. */
export function gatewayDigest(digest: Omit<GatewayDigest, 'role'>): GatewayDigest {
  return {
    role: 'gateway',
    ...digest,
    cpu_share: round(digest.cpu_share),
    loop_delay_p99_ms: round(digest.loop_delay_p99_ms),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

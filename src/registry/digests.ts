/**
 * The digest each process keeps of itself in `P:snapshot` (one field a process), for monitors that
 * must not ask per session. Written whole at each beat; readers judge its age by `beat_ms`.
 */

/** Milliseconds; absent while nothing has been measured. */
export interface LatencyDigest {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly count: number;
}

export interface WorkerSessionDigest {
  readonly id: string;
  /** Seconds of audio received and decoded. */
  readonly received_s: number;
  readonly decoded_s: number;
}

export interface WorkerDigest {
  readonly role: 'worker';
  readonly id: string;
  /** ISO-8601 by the process's own clock, and how often it beats. */
  readonly at: string;
  readonly beat_ms: number;
  readonly status: 'ready' | 'draining';
  readonly capacity: number;
  readonly active: number;
  readonly provider: string;
  readonly models: readonly string[];
  readonly step_p50_ms: number;
  readonly step_p95_ms: number;
  /** Arrival of audio → consumed by the detector or, without one, by a step; absent from older workers. */
  readonly lag_p50_ms?: number;
  readonly lag_p95_ms?: number;
  /** Ready for a step → its begin; absent from older workers. */
  readonly step_wait_p50_ms?: number;
  readonly step_wait_p95_ms?: number;
  /** Mean sessions per recogniser step. */
  readonly batch_fill: number;
  /** Audio decoded per second of wall time, over the last beat, summed over sessions. */
  readonly audio_rate: number;
  readonly rss_bytes: number;
  /** CPU seconds per second of wall time, over the last beat. */
  readonly cpu_share: number;
  readonly loop_delay_p99_ms: number;
  readonly sessions: readonly WorkerSessionDigest[];
}

export interface GatewaySessionDigest {
  readonly id: string;
  readonly worker_id: string;
  readonly model: string;
  readonly language: string;
  readonly client_ip: string;
  /** ISO-8601. */
  readonly started_at: string;
  readonly audio_s: number;
  /** Seconds of audio that arrived and is not decoded (docs/sessions.md). */
  readonly lag_s: number;
  readonly speaking: boolean;
  readonly finals: number;
  /** The last text, empty when transcripts are not published. */
  readonly last_text: string;
  readonly last_text_final: boolean;
  readonly last_confidence: number | null;
  /** Arrival of the audio a result needed at this gateway → result sent. */
  readonly response_ms: LatencyDigest | null;
}

export interface GatewayDigest {
  readonly role: 'gateway';
  readonly id: string;
  readonly at: string;
  readonly beat_ms: number;
  readonly status: 'ready' | 'draining';
  readonly url: string;
  /** 0 normal, 1 partials at half rate, 2 new sessions refused, 3 resumed ones too; absent from older gateways. */
  readonly overload_level?: number;
  /** Clients that wait for a slot. */
  readonly waiting?: number;
  readonly rejects_total: number;
  readonly sessions_total: number;
  readonly rss_bytes: number;
  readonly cpu_share: number;
  readonly loop_delay_p99_ms: number;
  /** Connection accepted → session.begin sent. */
  readonly begin_ms: LatencyDigest | null;
  /** Over all sessions of the last minutes. */
  readonly response_ms: LatencyDigest | null;
  readonly sessions: readonly GatewaySessionDigest[];
}

export interface RouterDigest {
  readonly role: 'router';
  readonly id: string;
  readonly at: string;
  readonly beat_ms: number;
  readonly status: 'ready' | 'draining';
  /** Of its metrics and fleet documents. */
  readonly url: string;
}

export type Digest = WorkerDigest | GatewayDigest | RouterDigest;

/** The digest in `json`, or undefined when it is not one: the field may be another version's. */
export function parseDigest(json: string): Digest | undefined {
  try {
    const value = JSON.parse(json) as Partial<Digest> | null;
    if (typeof value?.id !== 'string' || typeof value.at !== 'string') return undefined;
    const isKnown =
      value.role === 'router' ||
      ((value.role === 'worker' || value.role === 'gateway') && Array.isArray(value.sessions));
    return isKnown ? (value as Digest) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The one error type of the product and its closed table of codes.
 *
 * A code decides everything a caller may branch on: the number an operator looks up, the exit
 * code of a command, and (through `protocol/close-codes.ts`) the WebSocket close code. Messages
 * are for people and are never compared.
 */

/** Codes that may cross the wire in an `error` message (docs/protocol.md). */
export type WireErrorCode =
  | 'no_capacity'
  | 'unauthenticated'
  | 'forbidden'
  | 'invalid_parameters'
  | 'invalid_message'
  | 'invalid_audio'
  | 'language_unsupported'
  | 'lag_exceeded'
  | 'slow_reader'
  | 'idle_timeout'
  | 'session_timeout'
  | 'superseded'
  | 'resume_failed'
  | 'poison_audio'
  | 'resource_exhausted'
  | 'worker_lost'
  | 'asr_failed'
  | 'registry_unavailable'
  | 'rate_limited'
  | 'too_many_sessions'
  | 'shutting_down'
  | 'internal_error';

/** Codes that only commands of this machine meet. */
export type LocalErrorCode =
  | 'usage'
  | 'config_invalid'
  | 'model_invalid'
  | 'redis_unreachable'
  | 'redis_unsupported'
  | 'gateway_unreachable'
  | 'worker_unreachable'
  | 'address_in_use'
  | 'insecure_listen'
  | 'file_unreadable'
  | 'microphone_failed'
  | 'component_missing'
  | 'provider_unavailable'
  | 'session_failed'
  | 'words_lost'
  | 'invariant_violated'
  | 'timeout'
  | 'degraded'
  | 'unhealthy'
  | 'drain_deadline'
  | 'not_found'
  | 'worker_id_taken'
  | 'confirmation_required'
  | 'threshold_missed'
  | 'download_failed'
  | 'disk_full'
  | 'interrupted';

export type RtErrorCode = WireErrorCode | LocalErrorCode;

/** A fault with a code from the closed table; `hint` is the second line: what to do. */
export class RtError extends Error {
  readonly code: RtErrorCode;
  readonly hint: string | undefined;
  /** Milliseconds after which a retry may succeed, where the failing side knows. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: RtErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly hint?: string | undefined;
      readonly retryAfterMs?: number | undefined;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RtError';
    this.code = code;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `error` itself when it already carries a code, else wrapped as `code`. */
export function toRtError(error: unknown, code: RtErrorCode = 'internal_error'): RtError {
  return error instanceof RtError ? error : new RtError(code, messageOf(error), { cause: error });
}

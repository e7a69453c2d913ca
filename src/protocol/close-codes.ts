/**
 * From error codes to what a client sees: the close code, whether to reconnect, and the `error`
 * message that precedes the close. Codes without a place on the wire become one that has, so that
 * nothing internal is told to a stranger.
 */
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import type { RtError, RtErrorCode, WireErrorCode } from '../base/errors.ts';
import type { ErrorMessage, RetryAdvice } from './server-messages.ts';

/** The close code that follows an error which ends the session. */
export const CLOSE_CODE: Readonly<Record<WireErrorCode, number>> = {
  no_capacity: 1013,
  registry_unavailable: 1013,
  resource_exhausted: 1013,
  rate_limited: 4029,
  too_many_sessions: 4429,
  unauthenticated: 4001,
  forbidden: 4003,
  invalid_parameters: 4400,
  invalid_message: 4400,
  language_unsupported: 4400,
  invalid_audio: 1003,
  idle_timeout: 4408,
  session_timeout: 4000,
  superseded: 4009,
  resume_failed: 4410,
  poison_audio: 1011,
  lag_exceeded: 4010,
  slow_reader: 4008,
  shutting_down: 1012,
  worker_lost: 1011,
  asr_failed: 1011,
  internal_error: 1011,
};

const RETRY_ADVICE: Readonly<Record<WireErrorCode, RetryAdvice>> = {
  no_capacity: 'after',
  registry_unavailable: 'after',
  resource_exhausted: 'after',
  rate_limited: 'after',
  too_many_sessions: 'after',
  unauthenticated: 'never',
  forbidden: 'never',
  invalid_parameters: 'never',
  invalid_message: 'never',
  language_unsupported: 'never',
  invalid_audio: 'never',
  idle_timeout: 'never',
  session_timeout: 'never',
  superseded: 'never',
  resume_failed: 'never',
  poison_audio: 'never',
  lag_exceeded: 'now',
  slow_reader: 'now',
  shutting_down: 'now',
  worker_lost: 'now',
  asr_failed: 'now',
  internal_error: 'now',
};

/** Whether a client that was closed for `code` should connect again. */
export function retryAdvice(code: WireErrorCode): RetryAdvice {
  return RETRY_ADVICE[code];
}

/** Advice for a close without an `error` before it: from the frame parser, the network, or a lost message. */
export function retryAdviceForClose(close: number): RetryAdvice {
  return RETRY_OF_CLOSE.get(close) ?? 'never';
}

const RETRY_OF_CLOSE: ReadonlyMap<number, RetryAdvice> = new Map<number, RetryAdvice>([
  [1001, 'now'],
  [1006, 'now'],
  [1011, 'now'],
  [1012, 'now'],
  [1013, 'after'],
  [4008, 'now'],
  [4010, 'now'],
  [4029, 'after'],
  [4429, 'after'],
]);

/** Codes of this machine in the words of the wire; those not listed are `internal_error`. */
const WIRE_CODE: Partial<Readonly<Record<RtErrorCode, WireErrorCode>>> = {
  redis_unreachable: 'registry_unavailable',
  redis_unsupported: 'registry_unavailable',
  worker_unreachable: 'worker_lost',
};

/** The code under which `code` is told to a client. */
export function toWireCode(code: RtErrorCode): WireErrorCode {
  return isWireCode(code) ? code : (WIRE_CODE[code] ?? 'internal_error');
}

function isWireCode(code: RtErrorCode): code is WireErrorCode {
  return Object.hasOwn(CLOSE_CODE, code);
}

/** Errors after which the session goes on unless its owner decides otherwise. */
const RECOVERABLE: ReadonlySet<WireErrorCode> = new Set<WireErrorCode>(['invalid_message', 'asr_failed']);

/** What lies behind these is for the log alone: a defect, or where the store is. */
const PRIVATE: ReadonlySet<WireErrorCode> = new Set<WireErrorCode>([
  'internal_error',
  'registry_unavailable',
]);

const DEFAULT_RETRY_AFTER_MS = 1_000;

/**
 * The `error` message for `error`. `isRecoverable` (by default true for invalid_message and
 * asr_failed): the session goes on; then there is nothing to reconnect for and `retry` is `never`.
 */
export function errorMessage(error: RtError, isRecoverable?: boolean): ErrorMessage {
  const code = toWireCode(error.code);
  const entry = ERROR_CATALOGUE[code];
  const recoverable = isRecoverable ?? RECOVERABLE.has(code);
  const retry = recoverable ? 'never' : retryAdvice(code);
  const isForClient = code === error.code && !PRIVATE.has(code);
  const message = isForClient ? sentences(error.message, error.hint) : entry.explanation;
  return {
    type: 'error',
    code,
    message,
    recoverable,
    retry,
    ...(retry === 'after' ? { retry_after_ms: Math.ceil(error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS) } : {}),
    ref: entry.ref,
  };
}

function sentences(message: string, hint: string | undefined): string {
  if (hint === undefined || hint === '') return message;
  return /[.!?]$/.test(message) ? `${message} ${hint}` : `${message}. ${hint}`;
}

/**
 * Connection policy: how this product talks to Redis.
 *
 * Requests fail within 1.5 s and are never queued or sent twice: a caller who hears nothing must decide itself, and a
 * script that ran unheard is repaired by leases. A socket that owes an answer for that long is dead, and ends.
 */
import type { RedisOptions } from 'ioredis';

/** A request older than this has failed. */
const ANSWER_WITHIN_MS = 1500;
/** Longest a blocking read may ask the server to wait. */
export const BLOCK_MS = 1000;
const CONNECT_WITHIN_MS = 2000;
const RECONNECT_CEILING_MS = 1000;

export type ConnectionPurpose = 'requests' | 'blocking' | 'subscriber';

/** Options of a connection for `purpose`; `name` is shown in CLIENT LIST. */
export function connectionPolicy(name: string, purpose: ConnectionPurpose): RedisOptions {
  const answerMs = ANSWER_WITHIN_MS + (purpose === 'blocking' ? BLOCK_MS : 0);
  // A subscription made while Redis is away must hold once it is back.
  const keepsCommands = purpose === 'subscriber';
  return {
    connectionName: name,
    lazyConnect: true,
    // Replies of one shape whatever the server's age.
    protocol: 2,
    connectTimeout: CONNECT_WITHIN_MS,
    commandTimeout: answerMs,
    socketTimeout: answerMs,
    enableOfflineQueue: keepsCommands,
    autoResendUnfulfilledCommands: keepsCommands,
    maxRetriesPerRequest: keepsCommands ? null : 0,
    // A master that became a replica: whoever is asked again knows the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    retryStrategy: (attempt) => backoffMs(attempt) * (0.5 + Math.random() / 2),
    sentinelRetryStrategy: backoffMs,
    sentinelCommandTimeout: ANSWER_WITHIN_MS,
  };
}

function backoffMs(attempt: number): number {
  return Math.min(50 * 2 ** attempt, RECONNECT_CEILING_MS);
}

/**
 * Asks a subscribed connection for a sign of life. Without it a host that vanished without a word (power, a firewall's
 * forgotten state) is never missed: a subscriber only listens, and silence is what it expects.
 *
 * The answer is not awaited here: the connection's own socket timeout ends a socket that owes one, and the connection
 * then dials and subscribes again.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../base/clock.ts';

const PULSE_MS = 3_000;

/** Pulses until `redis` is disconnected for good. */
export function keepPulse(redis: Redis, clock: Clock): void {
  const ended = new AbortController();
  redis.once('end', () => ended.abort());
  void pulse(redis, { clock, signal: ended.signal });
}

async function pulse(
  redis: Redis,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(PULSE_MS, signal).catch(() => {});
    if (redis.status === 'ready') redis.ping().catch(() => {});
  }
}

/** The wait for the first answer of a Redis, and what to say when none comes. */
import type { Redis } from 'ioredis';
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import { misconfiguration } from './redis-errors.ts';
import { absence, REDIS_HINT } from './redis-presence.ts';

/** What the connection says when each of them failed, with the last one's error. */
const SENTINELS = /^All sentinels are unreachable/;

export interface ReadyOptions {
  /** Without secrets. */
  readonly description: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** False: nobody who listens there ends the attempts; servers wait for a Redis that may still come. */
  readonly isPatient?: boolean;
}

/**
 * Resolves when the handshake is done. A refused password or database ends the attempts: time does not cure them.
 * Sentinels are different, one of several may be set up wrongly: what they say is judged when the time is over.
 * @throws RtError redis_unreachable, config_invalid
 */
export async function awaitReady(redis: Redis, options: ReadyOptions): Promise<void> {
  if (redis.status === 'ready') return;
  const { description, clock, timeoutMs } = options;
  const settled = new AbortController();
  let lastError: unknown;
  let ofSentinel: unknown;
  const outcome = new Promise<void>((resolve, reject) => {
    redis.once('ready', resolve);
    redis.on('sentinelError', (error) => {
      ofSentinel = error;
    });
    redis.on('error', (error) => {
      lastError = error;
      // Only of the first connection: one that was ready once is always dialled again.
      const isFirst = !settled.signal.aborted && options.isPatient === false;
      const fatal =
        misconfiguration(error, description) ?? (isFirst ? absence(error, description) : undefined);
      if (!fatal || SENTINELS.test(messageOf(error))) return;
      redis.disconnect();
      reject(fatal);
    });
    clock.sleep(timeoutMs, settled.signal).then(
      () => reject(unreachable(ofSentinel ?? lastError, options)),
      () => {},
    );
  });
  if (redis.status === 'wait' || redis.status === 'end') redis.connect().catch(() => {});
  try {
    await outcome;
  } finally {
    settled.abort();
  }
}

function unreachable(error: unknown, { description, timeoutMs }: ReadyOptions): RtError {
  const because = error === undefined ? '' : ` (${messageOf(error)})`;
  return (
    misconfiguration(error, description) ??
    new RtError('redis_unreachable', `no Redis answers at ${description} within ${timeoutMs} ms${because}`, {
      cause: error,
      hint: REDIS_HINT,
    })
  );
}

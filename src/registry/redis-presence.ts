/**
 * Whether anybody listens where Redis should be, asked with nothing but a socket: a command can tell that it is dead
 * before it has loaded the client library, which takes longer than everything else that it does.
 *
 * Refuses only on a clear no. Whatever else happens, silence included, is for the client to judge; so are Sentinels,
 * of which any one may know the way.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import { parseRedisUrl } from './redis-url.ts';

/** A refusal from this machine comes at once; one from far away is not waited for. */
const PATIENCE_MS = 20;

/** Nobody listens, or there is no such host: the next attempt would hear the same. */
const NOBODY_THERE = ['ECONNREFUSED', 'ENOTFOUND'];

export const REDIS_HINT = 'start redis-server, or point --redis (RT_REDIS) at the one you have';

/** `redis_unreachable` where `error` says that nobody is there, else `undefined`. */
export function absence(error: unknown, description: string): RtError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!NOBODY_THERE.includes(code)) return undefined;
  const because = messageOf(error) || code;
  return new RtError('redis_unreachable', `no Redis answers at ${description} (${because})`, {
    cause: error,
    hint: REDIS_HINT,
  });
}

/** Resolves unless nobody listens. @throws RtError redis_unreachable, config_invalid for the URL */
export async function refuseAbsentRedis(url: string, clock: Clock): Promise<void> {
  const { options, description } = parseRedisUrl(url);
  if (options.sentinels !== undefined) return;
  const { path, port = 6379, host } = options;
  const socket = path === undefined ? connect({ port, host }) : connect({ path });
  const over = new AbortController();
  try {
    await Promise.race([once(socket, 'connect'), clock.sleep(PATIENCE_MS, over.signal)]);
  } catch (error) {
    const fault = absence(error, description);
    if (fault !== undefined) throw fault;
  } finally {
    over.abort();
    socket.destroy();
  }
}

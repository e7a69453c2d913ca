/** What the forms of a Redis URL have in common. */
import type { RedisOptions } from 'ioredis';
import { RtError } from '../base/errors.ts';

const HINT =
  'use redis://[user:password@]host[:port][/db], rediss:// for TLS, unix:///path/redis.sock[?db=n], or redis+sentinel://[user:password@]host[:port][,host…]/master[/db][?sentinelPassword=…]';

export interface RedisTarget {
  readonly options: RedisOptions;
  /** For logs and errors: no user, no password. */
  readonly description: string;
}

/** The number of a database; empty text is database 0. @throws RtError config_invalid */
export function parseDb(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw refusedUrl('the database in the Redis URL is not a number');
  return Number(text);
}

/** Connection options for a user and a password as they stand in a URL. @throws RtError config_invalid */
export function credentials(username: string, password: string): Pick<RedisOptions, 'username' | 'password'> {
  if (password === '' && username === '') return {};
  return {
    password: decoded(password),
    ...(username === '' ? {} : { username: decoded(username) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusedUrl('the user or password in the Redis URL has a % that begins no %XX');
  }
}

/** The fault of a URL; `message` must not repeat what the URL says of users and passwords. */
export function refusedUrl(message: string): RtError {
  return new RtError('config_invalid', message, { hint: HINT });
}

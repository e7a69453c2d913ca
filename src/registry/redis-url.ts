/** Where a Redis is: URL text to connection options, and the same without secrets for messages. */
import type { RedisOptions } from 'ioredis';
import { RtError } from '../base/errors.ts';

const HINT =
  'use redis://[user:password@]host[:port][/db], rediss:// for TLS, unix:///path/redis.sock[?db=n], or redis+sentinel://host:port[,host:port]/name[/db]';
const SENTINEL = /^redis\+sentinel:\/\/(?:([^@/]*)@)?([^/]+)\/([^/]+)(?:\/([^/]*))?$/;

export interface RedisTarget {
  readonly options: RedisOptions;
  /** For logs and errors: no user, no password. */
  readonly description: string;
}

/**
 * The target a URL names.
 * @throws RtError config_invalid; the message never repeats the password.
 */
export function parseRedisUrl(text: string): RedisTarget {
  const sentinel = SENTINEL.exec(text);
  if (sentinel) return parseSentinel(sentinel);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'unix:' || url?.protocol === 'redis+unix:') return parseSocket(url);
  if ((url?.protocol !== 'redis:' && url?.protocol !== 'rediss:') || url.hostname === '') {
    throw invalid('the Redis URL is not one this program understands');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 6379 : Number(url.port);
  const db = parseDb(url.pathname.slice(1));
  return {
    options: {
      host,
      port,
      db,
      ...credentials(url.username, url.password),
      ...(url.protocol === 'rediss:' ? { tls: { servername: host } } : {}),
    },
    description: `${url.protocol}//${url.hostname}:${port}/${db}`,
  };
}

function parseSocket(url: URL): RedisTarget {
  if (url.pathname.length < 2) throw invalid('the Redis URL names no socket file');
  const path = decodeURIComponent(url.pathname);
  const db = parseDb(url.searchParams.get('db') ?? '');
  return {
    options: { path, db, ...credentials(url.username, url.password) },
    description: `unix://${path}?db=${db}`,
  };
}

function parseSentinel([, login = '', hosts = '', name = '', database = '']: RegExpExecArray): RedisTarget {
  const [username = '', password = ''] = login.split(':');
  const sentinels = hosts.split(',').map((entry) => {
    const url = URL.canParse(`redis://${entry}`) ? new URL(`redis://${entry}`) : undefined;
    if (!url) throw invalid('the Redis URL has a Sentinel address that is no host:port');
    return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 26_379 : Number(url.port) };
  });
  const db = parseDb(database);
  return {
    options: { sentinels, name, db, failoverDetector: true, ...credentials(username, password) },
    description: `redis+sentinel://${hosts}/${name}/${db}`,
  };
}

function parseDb(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw invalid('the database in the Redis URL is not a number');
  return Number(text);
}

function credentials(username: string, password: string): Pick<RedisOptions, 'username' | 'password'> {
  if (password === '' && username === '') return {};
  return {
    password: decodeURIComponent(password),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
  };
}

function invalid(message: string): RtError {
  return new RtError('config_invalid', message, { hint: HINT });
}

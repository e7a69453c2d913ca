/** Where a Redis is: URL text to connection options, and the same without secrets for messages. */
import { credentials, parseDb, type RedisTarget, refusedUrl } from './redis-url-parts.ts';
import { parseSentinelUrl } from './sentinel-url.ts';

/**
 * The target a URL names.
 * @throws RtError config_invalid; the message never repeats the password.
 */
export function parseRedisUrl(text: string): RedisTarget {
  const sentinel = parseSentinelUrl(text);
  if (sentinel) return sentinel;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'unix:' || url?.protocol === 'redis+unix:') return parseSocket(url);
  if ((url?.protocol !== 'redis:' && url?.protocol !== 'rediss:') || url.hostname === '') {
    throw refusedUrl('the Redis URL is not one this program understands');
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
  if (url.pathname.length < 2) throw refusedUrl('the Redis URL names no socket file');
  const path = decodeURIComponent(url.pathname);
  const db = parseDb(url.searchParams.get('db') ?? '');
  return {
    options: { path, db, ...credentials(url.username, url.password) },
    description: `unix://${path}?db=${db}`,
  };
}

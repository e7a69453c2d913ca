/** `redis+sentinel://` URLs: several Sentinels, one name, and a master that is wherever they say. */
import type { RedisOptions } from 'ioredis';
import { credentials, parseDb, type RedisTarget, refusedUrl } from './redis-url-parts.ts';

/** Scheme, login, hosts, name, database, query: hosts with commas are no URL to `URL`. */
const FORM = /^(rediss?)\+sentinel:\/\/(?:([^@/]*)@)?([^/?]+)\/([^/?]+)(?:\/([^/?]*))?(?:\?(.*))?$/;
const SENTINEL_PORT = 26_379;
const PARAMETERS: readonly string[] = ['sentinelUsername', 'sentinelPassword'];

/**
 * The target of a Sentinel URL, or undefined when `text` is of another scheme. User and password are those of the
 * Redis servers; Sentinels have their own, as query parameters. With `rediss` both are spoken to over TLS.
 * @throws RtError config_invalid; the message never repeats a password.
 */
export function parseSentinelUrl(text: string): RedisTarget | undefined {
  if (!/^rediss?\+sentinel:/.test(text)) return undefined;
  const match = FORM.exec(text);
  if (!match) throw refusedUrl('the Redis URL names no Sentinel, or no master');
  const [, scheme = '', login = '', hosts = '', name = '', database = '', query = ''] = match;
  const [username = '', password = ''] = login.split(':');
  const db = parseDb(database);
  const isEncrypted = scheme === 'rediss';
  return {
    options: {
      sentinels: hosts.split(',').map(parseSentinel),
      name: decodeURIComponent(name),
      db,
      ...credentials(username, password),
      ...sentinelCredentials(new URLSearchParams(query)),
      ...(isEncrypted ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    },
    description: `${scheme}+sentinel://${hosts}/${name}/${db}`,
  };
}

function parseSentinel(address: string): { readonly host: string; readonly port: number } {
  const url = URL.canParse(`redis://${address}`) ? new URL(`redis://${address}`) : undefined;
  if (!url || url.hostname === '') {
    throw refusedUrl('the Redis URL has a Sentinel address that is no host:port');
  }
  const port = url.port === '' ? SENTINEL_PORT : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

function sentinelCredentials(
  query: URLSearchParams,
): Pick<RedisOptions, 'sentinelUsername' | 'sentinelPassword'> {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    throw refusedUrl(`the Redis URL has a parameter "${unknown}"; known are ${PARAMETERS.join(' and ')}`);
  }
  const username = query.get('sentinelUsername');
  const password = query.get('sentinelPassword');
  return {
    ...(username === null ? {} : { sentinelUsername: username }),
    ...(password === null ? {} : { sentinelPassword: password }),
  };
}

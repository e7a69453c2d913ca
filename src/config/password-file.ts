/**
 * A password that stands in a file of its own, so that no configuration, command line or process list holds it.
 *
 * Refuses a file that others on this machine may read.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf, RtError } from '../base/errors.ts';
import type { Origin } from './raw.ts';
import type { Resolved } from './resolve.ts';
import type { GlobalConfig } from './settings/global.ts';

const OTHERS = 0o077;

/** `~/…` below the home of the user. */
export function expandHome(path: string, home: string = homedir()): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

/** The first line of the file. @throws RtError config_invalid, which never repeats what is in it */
export function readPasswordFile(path: string): string {
  const file = expandHome(path);
  let text: string;
  try {
    const { mode } = statSync(file);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      throw new RtError('config_invalid', `Others may read the password in ${path}`, {
        hint: `Make it yours alone: chmod 600 ${path}`,
      });
    }
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof RtError) throw cause;
    throw new RtError('config_invalid', `Cannot read the password file: ${messageOf(cause)}`, {
      cause,
      hint: 'Correct redis_password_file (--redis-password-file, RT_REDIS_PASSWORD_FILE).',
    });
  }
  const [password = ''] = text.split(/\r?\n/, 1);
  if (password !== '') return password;
  throw new RtError('config_invalid', `The password file ${path} is empty`, {
    hint: 'Write the password into its first line.',
  });
}

/** `url` with a password; one that has a password already keeps it. */
export function withPassword(url: string, password: string): string {
  const [, scheme, login = '', rest = ''] = /^([a-z+]+:\/\/)(?:([^@/]*)@)?(.*)$/s.exec(url) ?? [];
  if (scheme === undefined || login.includes(':')) return url;
  return `${scheme}${login}:${encodeURIComponent(password)}@${rest}`;
}

/**
 * The URL of Redis with its password. A password belongs to the Redis it stands beside: one from a context or a file is
 * not sent to a Redis that was named elsewhere, for example with --redis.
 * @throws RtError config_invalid
 */
export function redisWithPassword({ values, origins }: Resolved<GlobalConfig>): string {
  const { redis, redisPasswordFile } = values;
  if (redisPasswordFile === undefined || !belongs(origins.redisPasswordFile, origins.redis)) return redis;
  return withPassword(redis, readPasswordFile(redisPasswordFile));
}

function belongs(password: Origin | undefined, redis: Origin | undefined): boolean {
  if (password?.layer === 'flag' || password?.layer === 'environment') return true;
  return password?.layer === redis?.layer && password?.name === redis?.name;
}

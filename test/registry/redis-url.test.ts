import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { parseRedisUrl } from '../../src/registry/redis-url.ts';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379, db: 0 }, 'redis://127.0.0.1:6379/0'],
    ['redis://h:7000/3', { host: 'h', port: 7000, db: 3 }, 'redis://h:7000/3'],
    ['redis://[::1]:7000', { host: '::1', port: 7000, db: 0 }, 'redis://[::1]:7000/0'],
    [
      'redis://rt:p%40ss@h',
      { host: 'h', port: 6379, db: 0, username: 'rt', password: 'p@ss' },
      'redis://h:6379/0',
    ],
    ['redis://:s3cret@h', { host: 'h', port: 6379, db: 0, password: 's3cret' }, 'redis://h:6379/0'],
    ['rediss://h', { host: 'h', port: 6379, db: 0, tls: { servername: 'h' } }, 'rediss://h:6379/0'],
    ['unix:///run/redis.sock?db=2', { path: '/run/redis.sock', db: 2 }, 'unix:///run/redis.sock?db=2'],
    [
      'redis+sentinel://:pw@a:26379,b/main/1',
      {
        sentinels: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 26_379 },
        ],
        name: 'main',
        db: 1,
        password: 'pw',
      },
      'redis+sentinel://a:26379,b/main/1',
    ],
  ])('%s', (url, options, description) => {
    expect(parseRedisUrl(url)).toEqual({ options, description });
  });

  it('a Sentinel URL with a password of its own, over TLS', () => {
    const url =
      'rediss+sentinel://rt:p%40ss@a,[::1]:26380/main?sentinelUsername=watch&sentinelPassword=s%26t';
    expect(parseRedisUrl(url)).toEqual({
      options: {
        sentinels: [
          { host: 'a', port: 26_379 },
          { host: '::1', port: 26_380 },
        ],
        name: 'main',
        db: 0,
        username: 'rt',
        password: 'p@ss',
        sentinelUsername: 'watch',
        sentinelPassword: 's&t',
        tls: {},
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
      },
      description: 'rediss+sentinel://a,[::1]:26380/main/0',
    });
  });

  it.each([
    '',
    'localhost:6379',
    'http://:s3cret@h',
    'redis://:s3cret@h/zero',
    'redis://',
    'unix://',
    'redis://h:99999',
    'redis://:s3cret%@h',
    'redis+sentinel://:s3cret@a:26379',
    'redis+sentinel://:s3cret@a:26379/',
    'redis+sentinel://:s3cret@a:x/main',
    'redis+sentinel://:s3cret@a,,b/main',
    'redis+sentinel://a/main?sentinelPasword=s3cret',
    'redis+sentinel://a/main?password=s3cret',
  ])('[REG-24] refuses %j without repeating a password', (url) => {
    let error: unknown;
    try {
      parseRedisUrl(url);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(RtError);
    expect(error).toMatchObject({ code: 'config_invalid' });
    expect(JSON.stringify([(error as RtError).message, (error as RtError).hint])).not.toContain('s3cret');
  });
});

/** The glob of the in-memory bus against the one in Redis. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globMatcher } from '../../src/bus/glob.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const TEXTS = [
  'transcription-stream:sess_1',
  'a',
  'b',
  'ab',
  '',
  'a.b',
  'a*b',
  'a\\b',
  '^',
  'a]',
  '[a]',
  'x\ny',
  '-',
];

describe.skipIf(!hasRedis)('globMatcher', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url, { protocol: 2 });
    for (const text of TEXTS) await redis.set(text, '1');
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it.each([
    '*',
    'a',
    '?',
    'a*',
    '*stream:*',
    'a.b',
    'a\\*b',
    '[ab]',
    '[^a]',
    '[a-b]*',
    'a\\\\b',
    '[]',
    '\\[a\\]',
    'x?y',
    '(a|b)',
    '$',
  ])('[BUS-5] %j matches what Redis says', async (pattern) => {
    const matches = globMatcher(pattern);
    expect(TEXTS.filter(matches).sort()).toEqual((await redis.keys(pattern)).sort());
  });
});

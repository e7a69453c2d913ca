import { describe, expect, it } from 'vitest';
import { judgeRedis } from '../../src/registry/judge-redis.ts';

/** What a Redis without faults says, in the form of INFO. */
const FINE = {
  redis_version: '7.0.15',
  used_memory: '1000000',
  maxmemory: '0',
  maxmemory_policy: 'noeviction',
  role: 'master',
  connected_slaves: '0',
  cluster_enabled: '0',
};

function info(changes: Record<string, string> = {}): string {
  const rows = Object.entries({ ...FINE, ...changes }).map(([name, value]) => `${name}:${value}`);
  return ['# Server', ...rows, ''].join('\r\n');
}

const found = (changes: Record<string, string>): string[] =>
  judgeRedis(info(changes)).map(({ severity, about }) => `${severity} ${about}`);

describe('judgeRedis', () => {
  it.each([{}, { redis_version: '7.2.4' }, { redis_version: '10.1.0' }, { maxmemory: '2000000' }])(
    '[REG-33] finds nothing wrong with %o',
    (changes) => {
      expect(found(changes)).toEqual([]);
    },
  );

  it.each([
    [{ cluster_enabled: '1' }, 'refused cluster'],
    [{ redis_version: '6.2.14' }, 'refused version'],
    [{ role: 'slave', master_host: '10.0.0.1', master_port: '6379' }, 'refused replica'],
    [{ maxmemory_policy: 'allkeys-lru' }, 'warning eviction'],
    [{ maxmemory_policy: 'volatile-ttl', maxmemory: '900000000' }, 'warning eviction'],
    [{ maxmemory: '1100000' }, 'warning memory'],
    [{ connected_slaves: '1' }, 'hint lost-writes'],
  ])('[REG-33] of %o says %s', (changes, finding) => {
    expect(found(changes as unknown as Record<string, string>)).toEqual([finding]);
  });

  it('[REG-33] has no objection to replicas that the master waits for', () => {
    expect(found({ connected_slaves: '2', min_slaves_good_slaves: '2' })).toEqual([]);
  });

  it('[REG-33] names the master of a replica, and what to do', () => {
    const [finding] = judgeRedis(info({ role: 'slave', master_host: '10.0.0.1', master_port: '6379' }));
    expect(finding?.message).toBe('is a replica of 10.0.0.1:6379 and takes no writes');
    expect(finding?.hint).toContain('--redis');
  });

  it('[REG-33] the gravest comes first, and what INFO does not say is not judged', () => {
    expect(found({ cluster_enabled: '1', maxmemory_policy: 'allkeys-lru', connected_slaves: '1' })).toEqual([
      'refused cluster',
      'warning eviction',
      'hint lost-writes',
    ]);
    expect(judgeRedis('')).toEqual([]);
  });
});

/** The doctor and the check before Redis servers that are well, and such as are not. */
import { afterEach, describe, expect, it } from 'vitest';
import { judgeRedis } from '../../../src/app/check/judge-redis.ts';
import type { Finding } from '../../../src/app/doctor/finding.ts';
import { judgeRedisFacts } from '../../../src/app/doctor/judge-redis-facts.ts';
import { gatherRedisFacts, type RedisFacts } from '../../../src/app/doctor/redis-facts.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis.ts';

const TIMED = ['latency', 'slow commands'];
const BOUNDS = { warn: 60_000, crit: 60_000 };

describe.skipIf(!hasRedis)('a real Redis', () => {
  const servers: RedisServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });
  const start = async (...args: readonly string[]): Promise<RedisServer> => {
    const server = await startRedis(args);
    servers.push(server);
    return server;
  };
  const gather = (
    url: string,
    change: { readonly mayWrite?: boolean; readonly timeoutMs?: number } = {},
  ): Promise<RedisFacts> =>
    gatherRedisFacts({ url, prefix: 't', clock: systemClock, timeoutMs: 3000, mayWrite: true, ...change });
  /** Without what a busy machine may make of the time of single commands. */
  const statuses = (findings: readonly Finding[]): readonly string[] =>
    findings
      .filter(({ name, status }) => status !== 'ok' && !TIMED.includes(name))
      .map(({ name, status }) => `${name}: ${status}`);

  it('[DOC-3] [PRB-8] that is well takes the write, and keeps nothing of it', async () => {
    const server = await start();
    const facts = await gather(server.url);
    expect(statuses(judgeRedisFacts(facts))).toEqual([]);
    expect(facts).toMatchObject({ type: 'answered', write: { type: 'taken' }, policy: 'noeviction' });
    expect(facts.type === 'answered' ? facts.pingsMs.length : 0).toBe(20);
    const { problems } = judgeRedis(facts, BOUNDS);
    expect(problems.filter(({ text }) => !text.startsWith('slow commands'))).toEqual([]);
  });

  it('[DOC-4] is not written to where nothing may be changed', async () => {
    const server = await start();
    expect(await gather(server.url, { mayWrite: false })).toMatchObject({ write: { type: 'not tried' } });
  });

  it('[DOC-3] [DOC-5] that is full answers, and takes nothing', async () => {
    const server = await start('--maxmemory', '1');
    const facts = await gather(server.url);
    expect(statuses(judgeRedisFacts(facts))).toEqual(['memory: warn', 'write: fail']);
    expect(judgeRedis(facts, BOUNDS).state).toBe('critical');
  });

  it('[DOC-5] that may evict records is told with a command that helps', async () => {
    const server = await start('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const findings = judgeRedisFacts(await gather(server.url));
    expect(statuses(findings)).toEqual(['eviction: warn']);
    expect(findings.find(({ name }) => name === 'eviction')?.fix).toContain('noeviction');
  });

  it('[DOC-5] that is a replica is told with its master', async () => {
    const master = await start();
    const replica = await start('--replicaof', '127.0.0.1', String(master.port));
    const findings = judgeRedisFacts(await gather(replica.url));
    expect(statuses(findings)).toEqual(['replica: fail', 'write: fail']);
  });

  it('[DOC-5] [PRB-8] that wants another password says so, and repeats none', async () => {
    const server = await start('--requirepass', 'right');
    const url = server.url.replace('//', '//:wrong-one@');
    const [finding] = judgeRedisFacts(await gather(url));
    expect(finding).toMatchObject({ status: 'fail', text: expect.stringMatching(/WRONGPASS/) });
    expect(JSON.stringify(finding)).not.toContain('wrong-one');
    expect(await gather(server.url)).toMatchObject({
      type: 'unreachable',
      fault: { code: 'config_invalid' },
    });
  });

  it('[DOC-5] that is frozen is given up in time', async () => {
    const server = await start();
    server.freeze();
    const startMs = performance.now();
    const facts = await gather(server.url, { timeoutMs: 500 });
    server.thaw();
    expect(facts).toMatchObject({ type: 'unreachable', fault: { code: 'redis_unreachable' } });
    expect(performance.now() - startMs).toBeLessThan(4000);
  });

  it('[DOC-1] tells of slow commands by their name alone', async () => {
    const server = await start('--slowlog-log-slower-than', '0');
    const facts = await gather(server.url);
    const commands = facts.type === 'answered' ? (facts.slow ?? []) : [];
    expect(commands.map(({ command }) => command)).toContain('PING');
    expect(commands.filter(({ command }) => !/^[A-Z]+$/.test(command))).toEqual([]);
  });
});

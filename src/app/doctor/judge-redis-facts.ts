/** What is to be said of a Redis, from what it said of itself. Pure. */
import { nearestRank } from '../../base/quantile-window.ts';
import { OLDEST_REDIS, type RedisFinding } from '../../registry/judge-redis.ts';
import { type Finding, fail, ok, skip, warn } from './finding.ts';
import type { RedisAnswers, RedisFacts } from './redis-facts.ts';

/** A reservation waits for one answer; from there on callers feel it. */
export const SLOW_PING_MS = 20;
export const BROKEN_PING_MS = 250;
const SLOW_COMMAND_MS = 50;
/** Ages on screens and records of several hosts stop making sense. */
const MOST_SKEW_MS = 2000;

export function judgeRedisFacts(facts: RedisFacts): readonly Finding[] {
  if (facts.type === 'unreachable') {
    const { message, hint } = facts.fault;
    return [fail('answers', message, { hint })];
  }
  return [
    ok('answers', facts.description),
    ...version(facts),
    eviction(facts),
    ...replicas(facts),
    memory(facts),
    write(facts),
    latency(facts),
    clock(facts),
    ...skews(facts),
    slow(facts),
  ];
}

/** The finding about one of `topics` as one of ours. */
function told(facts: RedisAnswers, topics: readonly RedisFinding['about'][]): Finding | undefined {
  const found = facts.findings.find(({ about }) => topics.includes(about));
  if (found === undefined) return undefined;
  const say = { refused: fail, warning: warn, hint: ok }[found.severity];
  const fix = FIXES[found.about];
  return say(found.about, found.message, { hint: found.hint, ...(fix === undefined ? {} : { fix }) });
}

const FIXES: Readonly<Partial<Record<RedisFinding['about'], string>>> = {
  eviction: 'redis-cli CONFIG SET maxmemory-policy noeviction',
  'lost-writes': 'redis-cli CONFIG SET min-replicas-to-write 1',
};

function version(facts: RedisAnswers): readonly Finding[] {
  const cluster = told(facts, ['cluster']);
  const age = told(facts, ['version']) ?? ok('version', `${facts.version}, ${OLDEST_REDIS} or newer`);
  return cluster === undefined ? [age] : [cluster, age];
}

function eviction(facts: RedisAnswers): Finding {
  return told(facts, ['eviction']) ?? ok('eviction', `maxmemory-policy ${facts.policy}`);
}

function replicas(facts: RedisAnswers): readonly Finding[] {
  const standing = told(facts, ['replica', 'lost-writes']);
  const count = facts.replicas === 1 ? '1 replica' : `${String(facts.replicas)} replicas`;
  return [standing ?? ok('replicas', count)];
}

function memory(facts: RedisAnswers): Finding {
  const used = `${mebibytes(facts.usedBytes)} MiB`;
  const limit = facts.limitBytes === 0 ? 'no limit' : `of ${mebibytes(facts.limitBytes)} MiB`;
  return told(facts, ['memory']) ?? ok('memory', `${used}, ${limit}`);
}

function write({ write: outcome }: RedisAnswers): Finding {
  switch (outcome.type) {
    case 'taken':
      return ok('write', 'takes writes');
    case 'not tried':
      return skip('write', 'not tried: this is read only');
    case 'not permitted':
      return skip('write', 'this user may not write here', {
        hint: 'A user of servers needs the keys and channels of --prefix.',
      });
    case 'refused':
      return fail('write', `answers, but refuses writes: ${outcome.reason}`, {
        hint: 'No session can begin; make room or raise maxmemory, and see why it cannot save with: redis-cli INFO persistence',
        fix: 'redis-cli INFO memory',
      });
  }
}

function latency({ pingsMs }: RedisAnswers): Finding {
  const sorted = pingsMs.toSorted((a, b) => a - b);
  const [p50 = 0, p95 = 0] = [nearestRank(sorted, 0.5), nearestRank(sorted, 0.95)];
  const text = `${String(pingsMs.length)} pings, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
  const advice = {
    hint: 'Each new session waits for Redis: move it nearer, or see what keeps it busy.',
    fix: 'redis-cli --intrinsic-latency 5',
  };
  if (p95 > BROKEN_PING_MS) return fail('latency', text, advice);
  return p95 > SLOW_PING_MS ? warn('latency', text, advice) : ok('latency', text);
}

function clock({ offsetMs, offsetErrorMs }: RedisAnswers): Finding {
  const text = `this machine is ${seconds(Math.abs(offsetMs))} ${offsetMs > 0 ? 'behind' : 'ahead of'} Redis`;
  if (Math.abs(offsetMs) - offsetErrorMs <= MOST_SKEW_MS) return ok('clock', text);
  return warn('clock', text, SYNCHRONISE);
}

const SYNCHRONISE = {
  hint: 'Keep the clocks together with NTP; ages on screens are wrong, latencies and leases are not.',
  fix: 'timedatectl set-ntp true',
};

function skews({ skewsMs }: RedisAnswers): readonly Finding[] {
  return [...skewsMs]
    .filter(([, skewMs]) => Math.abs(skewMs) > MOST_SKEW_MS)
    .map(([id, skewMs]) =>
      warn(
        'clock',
        `${id} is ${seconds(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} Redis`,
        SYNCHRONISE,
      ),
    );
}

function slow({ slow: commands }: RedisAnswers): Finding {
  if (commands === undefined) return skip('slow commands', 'this user may not ask');
  const worst = commands.toSorted((a, b) => b.tookMs - a.tookMs)[0];
  if (worst === undefined || worst.tookMs < SLOW_COMMAND_MS) {
    return ok('slow commands', `none of ${String(SLOW_COMMAND_MS)} ms in the last 10 minutes`);
  }
  const text = `${worst.command} took ${worst.tookMs.toFixed(0)} ms in the last 10 minutes`;
  return warn('slow commands', text, {
    hint: 'Everybody else waited that long; who shares this Redis?',
    fix: 'redis-cli SLOWLOG GET 10',
  });
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

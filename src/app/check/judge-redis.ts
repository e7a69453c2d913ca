/** Whether a Redis holds what the product asks of it. Pure; what is wrong is judged as the doctor judges it. */
import { nearestRank } from '../../base/quantile-window.ts';
import { judgeRedisFacts } from '../doctor/judge-redis-facts.ts';
import type { RedisAnswers, RedisFacts } from '../doctor/redis-facts.ts';
import { type CheckOutcome, concluded, type Measure } from './outcome.ts';

const STATES = { warn: 'warning', fail: 'critical' } as const;

/** @param bounds milliseconds of the slow pings */
export function judgeRedis(
  facts: RedisFacts,
  bounds: { readonly warn: number; readonly crit: number },
): CheckOutcome {
  const problems = judgeRedisFacts(facts).flatMap(({ name, status, text }) =>
    // The bounds of this check stand in for those of the doctor.
    (status === 'warn' || status === 'fail') && name !== 'latency'
      ? [{ state: STATES[status], text: `${name}: ${text}` }]
      : [],
  );
  const isAnswered = facts.type === 'answered';
  return concluded({
    check: 'redis',
    subject: isAnswered ? facts.description : '',
    summary: isAnswered ? `${facts.description}, Redis ${facts.version}` : '',
    problems,
    measures: isAnswered ? measures(facts, bounds) : [],
  });
}

function measures(
  { pingsMs, usedBytes, limitBytes, replicas, offsetMs }: RedisAnswers,
  bounds: { readonly warn: number; readonly crit: number },
): readonly Measure[] {
  const sorted = pingsMs.toSorted((a, b) => a - b);
  return [
    {
      name: 'ping_p95',
      help: 'Slow ones of 20 pings',
      unit: 'ms',
      value: nearestRank(sorted, 0.95) ?? 0,
      bound: { side: 'most', ...bounds },
    },
    { name: 'ping_p50', help: 'The usual ping', unit: 'ms', value: nearestRank(sorted, 0.5) ?? 0 },
    { name: 'memory_used', help: 'Memory Redis uses', unit: 'B', value: usedBytes },
    { name: 'memory_limit', help: 'Memory Redis may use; 0 for no limit', unit: 'B', value: limitBytes },
    { name: 'replicas', help: 'Replicas that are connected', unit: '', value: replicas },
    {
      name: 'clock_offset',
      help: 'Redis TIME minus the clock of this machine',
      unit: 'ms',
      value: Math.round(offsetMs),
    },
  ];
}

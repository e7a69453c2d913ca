/**
 * What is wrong with a Redis for this product, from what it says of itself (pure): for the connection, which refuses or
 * warns, and for whoever reports on a fleet.
 */

export interface RedisFinding {
  /** `refused`: not usable. `warning`: promises may break. `hint`: could be safer. */
  readonly severity: 'refused' | 'warning' | 'hint';
  readonly about: 'cluster' | 'version' | 'replica' | 'eviction' | 'memory' | 'lost-writes';
  /** What is the case, without the name of the server. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** The oldest release the scripts are tested with. */
export const OLDEST_REDIS = '7.0';
/** Share of `maxmemory` from which the end is near. */
const NEARLY_FULL = 0.9;

type Facts = ReadonlyMap<string, string>;

/** Findings in the answer of INFO, the gravest first; what INFO does not say is not judged. */
export function judgeRedis(info: string): readonly RedisFinding[] {
  const facts = parseInfo(info);
  return [cluster, version, replica, eviction, memory, lostWrites].flatMap((judge) => judge(facts) ?? []);
}

function parseInfo(info: string): Facts {
  const rows = info.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'));
  return new Map(
    rows.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

function cluster(facts: Facts): RedisFinding | undefined {
  if (facts.get('cluster_enabled') !== '1') return undefined;
  return {
    severity: 'refused',
    about: 'cluster',
    message: 'runs in Cluster mode, which is not supported',
    hint: 'use a standalone server or one behind Sentinel',
  };
}

function version(facts: Facts): RedisFinding | undefined {
  const text = facts.get('redis_version');
  if (text === undefined || Number.parseInt(text, 10) >= Number.parseInt(OLDEST_REDIS, 10)) return undefined;
  return {
    severity: 'refused',
    about: 'version',
    message: `is version ${text}, older than ${OLDEST_REDIS}`,
    hint: `use Redis ${OLDEST_REDIS} or newer`,
  };
}

function replica(facts: Facts): RedisFinding | undefined {
  if (facts.get('role') !== 'slave') return undefined;
  const master = `${facts.get('master_host') ?? '?'}:${facts.get('master_port') ?? '?'}`;
  return {
    severity: 'refused',
    about: 'replica',
    message: `is a replica of ${master} and takes no writes`,
    hint: 'point --redis at the master, or at the Sentinels, which know where it is',
  };
}

function eviction(facts: Facts): RedisFinding | undefined {
  const policy = facts.get('maxmemory_policy');
  if (policy === undefined || policy === 'noeviction') return undefined;
  const limit = Number(facts.get('maxmemory') ?? 0);
  return {
    severity: 'warning',
    about: 'eviction',
    message: `may throw away any record when memory is short (maxmemory-policy ${policy}${limit === 0 ? ', though maxmemory is 0' : ''})`,
    hint: 'set maxmemory-policy noeviction; an evicted lease or record ends a session that runs',
  };
}

function memory(facts: Facts): RedisFinding | undefined {
  const limit = Number(facts.get('maxmemory') ?? 0);
  const used = Number(facts.get('used_memory') ?? 0);
  if (limit === 0 || used < limit * NEARLY_FULL) return undefined;
  return {
    severity: 'warning',
    about: 'memory',
    message: `uses ${Math.round((100 * used) / limit)} % of its maxmemory of ${limit} bytes`,
    hint: 'raise maxmemory: a full Redis refuses writes, so no new session starts',
  };
}

/** INFO names `min_slaves_good_slaves` only where min-replicas-to-write is set. */
function lostWrites(facts: Facts): RedisFinding | undefined {
  if (Number(facts.get('connected_slaves') ?? 0) === 0 || facts.has('min_slaves_good_slaves')) {
    return undefined;
  }
  return {
    severity: 'hint',
    about: 'lost-writes',
    message: 'has replicas, but goes on taking writes when it is cut off from them',
    hint: 'set min-replicas-to-write 1 and min-replicas-max-lag 10, so that fewer writes are lost at a failover',
  };
}

/** What a Redis says of itself and how fast, gathered for whoever judges it. Never rejects for what Redis does. */
import type { Clock } from '../../base/clock.ts';
import { messageOf, type RtError, toRtError } from '../../base/errors.ts';
import { silentLogger } from '../../base/log.ts';
import { parseDigest } from '../../registry/digests.ts';
import { createKeys } from '../../registry/keys.ts';
import type { RedisFinding } from '../../registry/judge-redis.ts';
import { createRedisConnections, type RedisConnections } from '../../registry/redis.ts';
import { refuseAbsentRedis } from '../../registry/redis-presence.ts';
import { awaitReady } from '../../registry/redis-ready.ts';
import type { WorkerId } from '../../base/ids.ts';

/** Why it could not be asked, or what it answered. */
export type RedisFacts =
  | { readonly type: 'unreachable'; readonly fault: RtError }
  | ({ readonly type: 'answered' } & RedisAnswers);

export interface RedisAnswers {
  /** Without secrets. */
  readonly description: string;
  readonly version: string;
  readonly policy: string;
  readonly replicas: number;
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly limitBytes: number;
  /** What the product's own judgement of INFO says. */
  readonly findings: readonly RedisFinding[];
  /** Milliseconds of single commands, in order; fewer than asked for where it stopped answering. */
  readonly pingsMs: readonly number[];
  /** Redis TIME minus the clock of this machine, in milliseconds; at most `offsetErrorMs` wrong. */
  readonly offsetMs: number;
  readonly offsetErrorMs: number;
  /** Whether it takes a write: why not, where not. */
  readonly write:
    | { readonly type: 'taken' | 'not tried' }
    | { readonly type: 'refused' | 'not permitted'; readonly reason: string };
  /** Slow commands of the last ten minutes; undefined where this user may not ask. */
  readonly slow: readonly SlowCommand[] | undefined;
  /** Clocks of processes against Redis, by name: what they say of the time of a beat minus what Redis says of it. */
  readonly skewsMs: ReadonlyMap<string, number>;
}

export interface SlowCommand {
  readonly command: string;
  readonly tookMs: number;
}

export interface RedisFactsOptions {
  readonly url: string;
  readonly prefix: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Whether a key that lives for a second may be written. */
  readonly mayWrite: boolean;
}

const PINGS = 20;
const SLOW_WINDOW_S = 600;

/** Connects, asks, and lets go again. */
export async function gatherRedisFacts(options: RedisFactsOptions): Promise<RedisFacts> {
  let connections: RedisConnections | undefined;
  try {
    const { url, clock, timeoutMs } = options;
    await refuseAbsentRedis(url, clock);
    connections = createRedisConnections({ url, clock, logger: silentLogger, name: 'rt-doctor' });
    const { commands, description } = connections;
    await awaitReady(commands, { description, clock, timeoutMs });
    return { type: 'answered', ...(await ask(connections, options)) };
  } catch (error) {
    return { type: 'unreachable', fault: toRtError(error, 'redis_unreachable') };
  } finally {
    connections?.stop();
  }
}

async function ask(connections: RedisConnections, options: RedisFactsOptions): Promise<RedisAnswers> {
  const { commands, answer, description } = connections;
  const info = await answer(commands.info());
  const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  return {
    description,
    version: field('redis_version'),
    policy: field('maxmemory_policy'),
    replicas: Number(field('connected_slaves')),
    usedBytes: Number(field('used_memory')),
    limitBytes: Number(field('maxmemory')),
    findings: await connections.inspect(),
    pingsMs: await ping(connections, options.clock),
    ...(await measureOffset(connections, options.clock)),
    slow: await slowCommands(connections),
    skewsMs: await measureSkews(connections, options.prefix),
    // Last: a replica that is written to is left and looked for anew.
    write: options.mayWrite ? await tryWrite(connections, options.prefix) : { type: 'not tried' },
  };
}

async function ping({ commands, answer }: RedisConnections, clock: Clock): Promise<readonly number[]> {
  const took: number[] = [];
  for (let count = 0; count < PINGS; count += 1) {
    const startMs = clock.nowMs();
    await answer(commands.ping());
    took.push(clock.nowMs() - startMs);
  }
  return took;
}

/** Half of the round trip is the most it can be wrong. */
async function measureOffset(
  { commands, answer }: RedisConnections,
  clock: Clock,
): Promise<Pick<RedisAnswers, 'offsetMs' | 'offsetErrorMs'>> {
  const startMs = clock.nowMs();
  const [seconds, microseconds] = await answer(commands.time());
  const roundTripMs = clock.nowMs() - startMs;
  const hereMs = clock.date().getTime() - roundTripMs / 2;
  const thereMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
  return { offsetMs: thereMs - hereMs, offsetErrorMs: roundTripMs / 2 };
}

/** A full Redis, a replica and one that cannot save answer every question and refuse this. */
async function tryWrite({ commands }: RedisConnections, prefix: string): Promise<RedisAnswers['write']> {
  try {
    await commands.set(`${prefix}:doctor`, '1', 'PX', 1000);
    return { type: 'taken' };
  } catch (error) {
    const reason = messageOf(error);
    return { type: /NOPERM/.test(reason) ? 'not permitted' : 'refused', reason };
  }
}

async function slowCommands({ commands }: RedisConnections): Promise<readonly SlowCommand[] | undefined> {
  try {
    const [entries, [now]] = await Promise.all([commands.call('SLOWLOG', 'GET', '32'), commands.time()]);
    return (Array.isArray(entries) ? entries : []).flatMap((entry) => readSlow(entry, Number(now)));
  } catch {
    return undefined;
  }
}

/** Only the name of a command is read: arguments may hold what people said. */
function readSlow(entry: unknown, nowS: number): readonly SlowCommand[] {
  if (!Array.isArray(entry)) return [];
  const [, atS, microseconds, words] = entry as readonly unknown[];
  if (nowS - Number(atS) > SLOW_WINDOW_S) return [];
  const command = Array.isArray(words) ? String(words[0]).toUpperCase() : '?';
  return [{ command, tookMs: Number(microseconds) / 1000 }];
}

/** A worker's record has the time of its beat by Redis, its digest that of the same beat by its own clock. */
async function measureSkews(
  { commands, answer }: RedisConnections,
  prefix: string,
): Promise<ReadonlyMap<string, number>> {
  const keys = createKeys(prefix);
  const skews = new Map<string, number>();
  const digests = await answer(commands.hgetall(keys.snapshot)).catch(() => ({}));
  for (const json of Object.values(digests)) {
    const digest = parseDigest(json);
    if (digest?.role !== 'worker') continue;
    const beat = await answer(commands.hget(keys.worker(digest.id as WorkerId), 'last_heartbeat'));
    const skewMs = Date.parse(digest.at) - Date.parse(beat ?? '');
    // A beat may have come between the two; that much says nothing about a clock.
    if (Number.isFinite(skewMs))
      skews.set(digest.id, Math.sign(skewMs) * Math.max(0, Math.abs(skewMs) - digest.beat_ms));
  }
  return skews;
}

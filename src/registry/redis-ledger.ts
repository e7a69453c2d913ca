/**
 * Who holds what, in Redis. Every claim is one script, so a slot is granted or refused in one step
 * and no answer depends on what this process read earlier.
 */
import type { GatewayId } from '../base/ids.ts';
import type { FleetEvent, SessionLedger, WorkerView } from './ports.ts';
import { EVENTS_KEPT, RECORD_KEEP_MS } from './leases.ts';
import { eventFields, parseEvent, sessionFields } from './records.ts';
import { readWorkers, type RedisStore } from './redis-store.ts';
import { type RenewalOutcome, renewalOf } from './renewal.ts';

type Claim = Parameters<SessionLedger['renew']>[1][number];

/** The ledger port over scripts. */
export function createRedisLedger(store: RedisStore): SessionLedger {
  const { keys, run, answer } = store;

  return {
    workers: () => liveWorkers(store),
    reserve: (worker, session, { leaseMs, priority = 'normal' }) =>
      answer(
        run('reserve', {
          keys: [
            keys.worker(worker),
            keys.workerSessions(worker),
            keys.session(session.id),
            keys.activeSessions,
            keys.workerLeases,
            keys.sessionLeases,
            keys.events,
          ],
          args: [
            ...[session.id, worker, session.epoch, leaseMs, session.gatewayId, keys.workerBase],
            ...[priority, ...sessionFields(session)],
          ],
        }),
      ),
    async renew(gateway, sessions, leaseMs) {
      // One script per session, written back to back: Redis serves others in between.
      const outcomes = await Promise.all(
        sessions.map((session) => renewOne(store, { gateway, session, leaseMs })),
      );
      return renewalOf(sessions, outcomes);
    },
    release: (progress, outcome, reason) =>
      answer(
        run('release', {
          keys: [keys.session(progress.id), keys.activeSessions, keys.sessionLeases, keys.events],
          args: [
            ...[progress.id, progress.epoch, outcome, reason, progress.audioDuration, progress.committed],
            ...[RECORD_KEEP_MS, keys.workerBase, keys.sessionBase],
          ],
        }),
      ),
    sweep: () => sweep(store),
    async note(event) {
      await answer(store.redis.xadd(keys.events, 'MAXLEN', '~', EVENTS_KEPT, '*', ...eventFields(event)));
    },
  };
}

interface OneRenewal {
  readonly gateway: GatewayId;
  readonly session: Claim;
  readonly leaseMs: number;
}

function renewOne(
  { keys, run, answer }: RedisStore,
  { gateway, session, leaseMs }: OneRenewal,
): Promise<RenewalOutcome> {
  return answer(
    run('renew', {
      keys: [
        keys.worker(session.workerId),
        keys.workerSessions(session.workerId),
        keys.session(session.id),
        keys.activeSessions,
        keys.sessionLeases,
        keys.events,
      ],
      args: [
        ...[session.id, session.workerId, session.epoch, leaseMs, gateway, keys.workerBase],
        ...sessionFields(session.info),
        ...['gateway_id', gateway, 'audio_duration', session.audioDuration, 'committed', session.committed],
      ],
    }),
  );
}

/** The lease index by Redis TIME says who lives; the records only describe them. */
async function liveWorkers(store: RedisStore): Promise<readonly WorkerView[]> {
  const { redis, keys, answer } = store;
  const [[seconds, micros], leases] = await answer(
    Promise.all([redis.time(), redis.zrange(keys.workerLeases, 0, '-1', 'WITHSCORES')]),
  );
  const nowMs = Number(seconds) * 1000 + Number(micros) / 1000;
  const ids: string[] = [];
  for (let i = 0; i + 1 < leases.length; i += 2) {
    if (Number(leases[i + 1]) > nowMs) ids.push(leases[i] as string);
  }
  const workers = await readWorkers(store, ids);
  return workers.filter((worker) => worker.status !== 'offline');
}

async function sweep({ run, keys, answer }: RedisStore): Promise<readonly FleetEvent[]> {
  const rows = await answer(
    run('sweep', {
      keys: [
        keys.workers,
        keys.workerLeases,
        keys.sessionLeases,
        keys.activeSessions,
        keys.events,
        keys.snapshot,
        keys.snapshotLeases,
      ],
      args: [keys.workerBase, keys.sessionBase, RECORD_KEEP_MS],
    }),
  );
  return rows.flatMap(([id = '', type = '', worker = '', session = '', gateway = '', reason = '']) => {
    const fields = [
      'type',
      type,
      'worker_id',
      worker,
      'session_id',
      session,
      'gateway_id',
      gateway,
      'reason',
      reason,
    ];
    return parseEvent(id, fields) ?? [];
  });
}

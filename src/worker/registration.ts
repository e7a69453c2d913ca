/**
 * Keeps a worker known to the fleet: registers it once it can serve, repeats its full record with
 * every beat, and registers again when the registry has forgotten it. A registry that does not answer
 * changes nothing for running sessions; the next beat heals it, also what it missed or forgot of a drain
 * and of what operators wish.
 *
 * The answer to a beat is how a worker hears what an operator wants of it. A cordon is obeyed by the
 * registry, which gives it no session; a drain is begun once and never called off.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { workerLeaseMs } from '../registry/leases.ts';
import type {
  HeardWish,
  WorkerInfo,
  WorkerRegistration,
  WorkerStanding,
  WorkerWish,
} from '../registry/ports.ts';
import { SERVING } from '../registry/worker-standing.ts';

export interface RegistrationParts {
  readonly registration: WorkerRegistration;
  readonly clock: Clock;
  readonly log: Logger;
  readonly beatMs: number;
  /** The record as it stands now. */
  readonly info: () => WorkerInfo;
  /** Called after each beat that was answered, to publish the digest. */
  readonly onBeat: () => Promise<void>;
  /** Called once, when an operator wants the worker to leave. */
  readonly onDrainWish: () => void;
}

export interface Registration {
  readonly isRegistered: boolean;
  /** @throws RtError worker_id_taken, registry_unavailable */
  start(): Promise<void>;
  drain(): Promise<void>;
  /** Deregisters and ends the beat. Idempotent. */
  stop(): Promise<void>;
}

/** Logged, because an operator's colleague may wonder. */
const WISH_NEWS: Readonly<Record<WorkerWish, string>> = {
  none: 'takes new sessions again, as an operator wishes',
  cordon: 'takes no new session, as an operator wishes',
  drain: 'drains, as an operator wishes',
};

/** How the worker stands with the registry. */
interface Standing extends WorkerStanding {
  isRegistered: boolean;
  isDraining: boolean;
  heard: HeardWish;
}

export function createRegistration(parts: RegistrationParts): Registration {
  const { registration, log } = parts;
  const standing: Standing = { isRegistered: false, ...SERVING };
  const stopped = new AbortController();
  let beating: Promise<void> = Promise.resolve();
  let leaving: Promise<void> | undefined;

  const leave = async (): Promise<void> => {
    stopped.abort(new RtError('interrupted', 'the worker stops'));
    await beating;
    if (!standing.isRegistered) return;
    await registration.deregister(parts.info().id).catch((error: unknown) => {
      log.warn('not deregistered; the lease will run out', { error: messageOf(error) });
    });
  };

  return {
    get isRegistered() {
      return standing.isRegistered;
    },
    async start() {
      await register(parts, standing);
      await parts.onBeat();
      beating = beatUntil(stopped.signal, parts, createBeat(parts, standing));
    },
    async drain() {
      standing.isDraining = true;
      await registration.drain(parts.info().id).catch((error: unknown) => {
        log.warn('drain not announced; the next beat tries again', { error: messageOf(error) });
      });
    },
    stop() {
      leaving ??= leave();
      return leaving;
    },
  };
}

async function register(
  { registration, info, beatMs }: RegistrationParts,
  standing: Standing,
): Promise<void> {
  const worker = info();
  const answer = await registration.register(worker, workerLeaseMs(beatMs), standing);
  if (answer !== 'registered') {
    const { host, pid } = answer;
    throw new RtError(
      'worker_id_taken',
      `Process ${pid} on ${host} is registered as ${worker.id}, and lives`,
      {
        hint: `Give this worker another --id, or stop the other one first. One that was killed counts as alive for up to ${String(workerLeaseMs(beatMs) / 1000)} s.`,
      },
    );
  }
  standing.isRegistered = true;
}

/** One beat; an outage is logged when it begins and when it ends. */
function createBeat(parts: RegistrationParts, standing: Standing): () => Promise<void> {
  const { registration, log, beatMs } = parts;
  let isOutage = false;
  return async () => {
    try {
      const answer = await registration.beat(parts.info(), workerLeaseMs(beatMs), standing);
      if (answer === 'unknown') await register(parts, standing);
      else hear(answer, parts, standing);
      await parts.onBeat();
      if (isOutage) log.info('registry answers again');
      isOutage = false;
    } catch (error) {
      if (!isOutage) log.warn('beat failed', { error: messageOf(error) });
      isOutage = true;
    }
  };
}

/** Obeys what is wished now and was not with the beat before. */
function hear(heard: HeardWish, { log, onDrainWish }: RegistrationParts, standing: Standing): void {
  const { wish } = heard;
  const isNews = wish !== standing.heard.wish;
  standing.heard = heard;
  if (!isNews || standing.isDraining) return;
  log.info(WISH_NEWS[wish]);
  if (wish === 'drain') onDrainWish();
}

/** Beats fall due at fixed times: a slow one delays the next, and none is made up for. */
async function beatUntil(
  signal: AbortSignal,
  { clock, beatMs }: RegistrationParts,
  beat: () => Promise<void>,
): Promise<void> {
  let dueMs = clock.nowMs();
  for (;;) {
    dueMs = Math.max(dueMs + beatMs, clock.nowMs());
    await clock.sleep(dueMs - clock.nowMs(), signal).catch(() => undefined);
    if (signal.aborted) return;
    await beat();
  }
}

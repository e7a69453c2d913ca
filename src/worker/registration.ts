/**
 * Keeps a worker known to the fleet: registers it once it can serve, repeats its full record with
 * every beat, and registers again when the registry has forgotten it. A registry that does not answer
 * changes nothing for running sessions; the next beat heals it.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf, RtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { workerLeaseMs } from '../registry/leases.ts';
import type { WorkerInfo, WorkerRegistration } from '../registry/ports.ts';

export interface RegistrationParts {
  readonly registration: WorkerRegistration;
  readonly clock: Clock;
  readonly log: Logger;
  readonly beatMs: number;
  /** The record as it stands now. */
  readonly info: () => WorkerInfo;
  /** Called after each beat that was answered, to publish the digest. */
  readonly onBeat: () => Promise<void>;
}

export interface Registration {
  readonly isRegistered: boolean;
  /** @throws RtError worker_id_taken, registry_unavailable */
  start(): Promise<void>;
  drain(): Promise<void>;
  /** Deregisters and ends the beat. Idempotent. */
  stop(): Promise<void>;
}

export function createRegistration(parts: RegistrationParts): Registration {
  const { registration, clock, log, beatMs } = parts;
  const leaseMs = workerLeaseMs(beatMs);
  const stopped = new AbortController();
  let isRegistered = false;
  let isDraining = false;
  let beating: Promise<void> = Promise.resolve();
  let isOutage = false;

  const register = async (): Promise<void> => {
    const info = parts.info();
    if ((await registration.register(info, leaseMs)) === 'taken') {
      throw new RtError('worker_id_taken', `Another live worker is registered as ${info.id}`, {
        hint: 'Give this worker another --id, or stop the other one first.',
      });
    }
    isRegistered = true;
    // A worker that was forgotten while it drained must not come back as ready.
    if (isDraining) await registration.drain(info.id);
  };

  const beat = async (): Promise<void> => {
    try {
      if ((await registration.beat(parts.info(), leaseMs)) === 'unknown') await register();
      await parts.onBeat();
      if (isOutage) log.info('registry answers again');
      isOutage = false;
    } catch (error) {
      if (!isOutage) log.warn('beat failed', { error: messageOf(error) });
      isOutage = true;
    }
  };

  const loop = async (): Promise<void> => {
    let dueMs = clock.nowMs();
    while (!stopped.signal.aborted) {
      dueMs = Math.max(dueMs + beatMs, clock.nowMs());
      await clock.sleep(dueMs - clock.nowMs(), stopped.signal).catch(() => undefined);
      if (!stopped.signal.aborted) await beat();
    }
  };

  return {
    get isRegistered() {
      return isRegistered;
    },
    async start() {
      await register();
      await parts.onBeat();
      beating = loop();
    },
    async drain() {
      isDraining = true;
      await registration.drain(parts.info().id).catch((error: unknown) => {
        log.warn('drain not announced', { error: messageOf(error) });
      });
    },
    async stop() {
      if (stopped.signal.aborted) return beating;
      stopped.abort(new RtError('interrupted', 'the worker stops'));
      await beating;
      if (!isRegistered) return;
      await registration.deregister(parts.info().id).catch((error: unknown) => {
        log.warn('not deregistered; the lease will run out', { error: messageOf(error) });
      });
    },
  };
}

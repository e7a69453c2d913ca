/**
 * The worker's port: sessions at `/session`, health, readiness and metrics beside it.
 *
 * Capacity is guarded here, whatever a registry believes: a link beyond it gets `no_capacity`. The
 * worker is ready only while it is registered and not draining.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Metrics } from '../base/metrics.ts';
import { within } from '../base/within.ts';
import type { Engine } from '../engine/engine.ts';
import { WORKER_SESSION_PATH } from '../protocol/version.ts';
import type { Address } from '../transport/address.ts';
import type { Socket } from '../transport/socket.ts';
import { listen, type WsServer } from '../transport/ws-server.ts';
import { serveSession, type WorkerSession } from './session.ts';

/** Ten seconds of audio in one message: gateways replay in large ones. */
const MAX_MESSAGE_BYTES = 320_000;
const RETRY_AFTER_MS = 1000;

export interface WorkerServerOptions {
  readonly listen: Address;
  readonly engine: Engine;
  /** Sessions to accept at once; may change while the worker runs. */
  readonly capacity: () => number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Answers /healthz, /readyz and /metrics. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

export interface WorkerServer {
  readonly server: WsServer;
  readonly isDraining: boolean;
  /** Sessions that hold a slot. */
  sessions(): readonly WorkerSession[];
  /** Samples decoded since start, over all sessions. */
  decodedSamples(): number;
  /** Takes no new session; resolves when the running ones have ended or `deadlineMs` has passed. */
  drain(deadlineMs: number): Promise<'drained' | 'deadline'>;
  /** Ends every session with `shutting_down` and closes the port. Idempotent. */
  close(): Promise<void>;
}

/** @throws RtError address_in_use */
export async function startWorkerServer(options: WorkerServerOptions): Promise<WorkerServer> {
  const { engine, capacity, clock, log } = options;
  const links = new Set<WorkerSession>();
  const sessionsTotal = options.metrics.counter({
    name: 'rt_worker_sessions_total',
    help: 'Sessions accepted',
  });
  let isDraining = false;
  let pastSamples = 0;
  const holding = (): WorkerSession[] => [...links].filter((link) => link.holdsSlot);

  const admit = (): RtError | undefined => {
    if (isDraining) return new RtError('shutting_down', 'This worker is draining');
    if (holding().length >= capacity()) {
      return new RtError('no_capacity', `All ${String(capacity())} slots of this worker are taken`, {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    sessionsTotal.add();
    return undefined;
  };
  const onSocket = (socket: Socket): void => {
    const link = serveSession({ socket, engine, clock, log, admit });
    links.add(link);
    void link.closed.then(() => {
      pastSamples += link.decodedSample;
      links.delete(link);
    });
  };
  const server = await listen({
    host: options.listen.host,
    port: options.listen.port,
    clock,
    log,
    maxPayloadBytes: MAX_MESSAGE_BYTES,
    onRequest: options.onRequest,
    route: ({ url }) =>
      url.pathname === WORKER_SESSION_PATH
        ? 'accept'
        : { status: 404, reason: `sessions are at ${WORKER_SESSION_PATH}` },
    onSocket,
  });

  return {
    server,
    get isDraining() {
      return isDraining;
    },
    sessions: holding,
    decodedSamples: () => [...links].reduce((sum, link) => sum + link.decodedSample, pastSamples),
    async drain(deadlineMs) {
      isDraining = true;
      const ended = await within(clock, deadlineMs, Promise.all(holding().map((link) => link.closed)));
      return ended === 'late' ? 'deadline' : 'drained';
    },
    async close() {
      isDraining = true;
      for (const link of links) link.shutDown(new RtError('shutting_down', 'This worker is shutting down'));
      await server.close(2000);
    },
  };
}

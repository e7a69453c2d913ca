/** What exists of a session once a worker serves it. */
import type { Clock } from '../base/clock.ts';
import type { RtError } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { WorkerMessage } from '../protocol/worker-messages.ts';
import type { Socket } from '../transport/socket.ts';
import type { EventLog } from './event-log.ts';
import { createFromClient, type FromClient } from './from-client.ts';
import { createFromWorker, type FromWorker } from './from-worker.ts';
import { createIntake, type Intake } from './intake.ts';
import { createJournalWriter, type JournalWriter } from './journal-writer.ts';
import type { LagTurns } from './lag-turns.ts';
import { createLagWatch, type LagWatch } from './lag-watch.ts';
import type { WorkerLine } from './line/ports.ts';
import { createWorkerLine } from './line/worker-line.ts';
import type { OverloadLevel } from './overload/levels.ts';
import { createPartialGate } from './overload/partial-gate.ts';
import type { GatewayServerOptions } from './ports.ts';
import { createReplayLog } from './replay/replay-log.ts';
import { workerConfig } from './session-messages.ts';
import type { OpenedSession } from './opened-session.ts';
import { moveWorkerLink } from './worker-link.ts';

/** What a client that comes back may have kept while it was away. */
const KEPT_BY_CLIENT_S = 60;

export interface Streaming extends OpenedSession {
  readonly line: WorkerLine;
  readonly intake: Intake;
  readonly journal: JournalWriter;
  readonly lag: LagWatch;
  readonly fromClient: FromClient;
  readonly fromWorker: FromWorker;
  readonly startedAt: Date;
}

export interface StreamingParts {
  readonly id: SessionId;
  readonly opened: OpenedSession;
  readonly client: Socket;
  readonly events: EventLog;
  readonly clock: Clock;
  /** Told how long after the audio it needed a result was sent. */
  readonly onResponse: (latencyMs: number) => void;
  /** Another worker goes on after the one before was lost; not when that one drains. */
  readonly onFailover: () => void;
  /** The session has left a worker that was too slow. */
  readonly onLagMove: () => void;
  readonly onWorker: (message: WorkerMessage) => void;
  /** No worker goes on with the session. */
  readonly onGivenUp: (error: RtError) => void;
  /** Another gateway writes the session's journal. */
  readonly onSuperseded: () => void;
  /** Aborted when the session is over. */
  readonly signal: AbortSignal;
}

type Options = Pick<
  GatewayServerOptions,
  'bus' | 'log' | 'lag' | 'allowUnpaced' | 'failover' | 'router' | 'registry'
> & { readonly door: { readonly level: OverloadLevel }; readonly lagTurns: LagTurns };

export function createStreaming(options: Options, parts: StreamingParts): Streaming {
  const { id, opened, events, clock } = parts;
  const { query, ingest } = opened;
  const line = createLine(options, parts);
  const intake = createIntake({
    client: parts.client,
    line,
    ingest,
    declaredRate: query.sampleRate,
    allowUnpaced: options.allowUnpaced,
    ...(opened.start.resumed === undefined ? {} : { keptS: KEPT_BY_CLIENT_S }),
    clock,
  });
  const journal = createJournalWriter({
    session: id,
    journal: options.bus.journal,
    clock,
    log: options.log,
    committedSample: opened.start.finalisedSample,
    onSuperseded: parts.onSuperseded,
  });
  return {
    ...opened,
    line,
    intake,
    journal,
    lag: createLagWatch({
      limits: options.lag,
      line,
      receivedS: () => intake.receivedS,
      turns: options.lagTurns,
      nowMs: () => clock.nowMs(),
      onMoved: parts.onLagMove,
    }),
    fromClient: createFromClient({ query, line, ingest, intake, events, clock }),
    fromWorker: createFromWorker({
      id,
      query,
      ingest,
      arrivals: intake.arrivals,
      events,
      journal,
      partials: createPartialGate({ overload: options.door, onHalved: (warning) => events.emit(warning) }),
      clock,
      formerSpeechS: () => line.formerSpeechS,
      onResponse: parts.onResponse,
    }),
    startedAt: clock.date(),
  };
}

function createLine(options: Options, parts: StreamingParts): WorkerLine {
  const { id, opened, events, clock, signal } = parts;
  const linkParts = { router: options.router, clock, log: options.log };
  return createWorkerLine(
    {
      info: opened.info,
      log: createReplayLog(opened.start),
      told: opened.start.told,
      config: { ...workerConfig(id, opened.query), model: opened.info.model },
      open: (request) => moveWorkerLink(linkParts, request),
      limits: options.failover,
      clock,
      logger: options.log,
      signal,
      onMessage: parts.onWorker,
      onWarning: (warning) => {
        if (warning.code === 'failover') parts.onFailover();
        events.emit(warning);
      },
      onGivenUp: parts.onGivenUp,
    },
    opened.link,
  );
}

/** What exists of a session once a worker serves it. */
import type { Clock } from '../base/clock.ts';
import type { SessionId } from '../base/ids.ts';
import type { Socket } from '../transport/socket.ts';
import type { EventLog } from './event-log.ts';
import { createFromClient, type FromClient } from './from-client.ts';
import { createFromWorker, type FromWorker } from './from-worker.ts';
import { createIntake, type Intake } from './intake.ts';
import { createJournalWriter, type JournalWriter } from './journal-writer.ts';
import { createLagWatch, type LagWatch } from './lag-watch.ts';
import type { GatewayServerOptions } from './ports.ts';
import type { OpenedSession } from './session-opening.ts';

export interface Streaming extends OpenedSession {
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
}

export function createStreaming(
  options: Pick<GatewayServerOptions, 'bus' | 'log' | 'lag' | 'allowUnpaced'>,
  parts: StreamingParts,
): Streaming {
  const { id, opened, events, clock } = parts;
  const { query, link, ingest } = opened;
  const intake = createIntake({
    client: parts.client,
    link: link.socket,
    ingest,
    declaredRate: query.sampleRate,
    allowUnpaced: options.allowUnpaced,
    clock,
  });
  const journal = createJournalWriter({ session: id, journal: options.bus.journal, clock, log: options.log });
  return {
    ...opened,
    intake,
    journal,
    lag: createLagWatch(options.lag, clock.nowMs()),
    fromClient: createFromClient({ query, link: link.socket, ingest, intake, events, clock }),
    fromWorker: createFromWorker({
      id,
      query,
      ingest,
      arrivals: intake.arrivals,
      events,
      journal,
      clock,
      onResponse: parts.onResponse,
    }),
    startedAt: clock.date(),
  };
}

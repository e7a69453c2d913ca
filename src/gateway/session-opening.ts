/** Everything between an accepted socket and a worker that serves it. */
import type { SessionId } from '../base/ids.ts';
import { parseStreamQuery, type StreamQuery } from '../protocol/query.ts';
import type { SessionInfo } from '../registry/ports.ts';
import type { UpgradeRequest } from '../transport/ws-server.ts';
import { type Ingest, openIngest } from './ingest.ts';
import type { GatewayServerOptions } from './ports.ts';
import { refuseUnserved, workerConfig } from './session-messages.ts';
import { openWorkerLink, type WorkerLink } from './worker-link.ts';

export interface OpenedSession {
  readonly query: StreamQuery;
  readonly info: SessionInfo;
  readonly link: WorkerLink;
  readonly ingest: Ingest;
}

export interface OpeningRequest {
  readonly id: SessionId;
  readonly request: UpgradeRequest;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/**
 * Reads the parameters, then finds a worker. When it fails nothing is held.
 * @throws RtError invalid_parameters, resume_failed, no_capacity, language_unsupported,
 * registry_unavailable, worker_unreachable, interrupted
 */
export async function openSession(
  parts: Pick<GatewayServerOptions, 'id' | 'registry' | 'router' | 'clock' | 'log'>,
  opening: OpeningRequest,
): Promise<OpenedSession> {
  const { id, request, signal } = opening;
  const query = parseStreamQuery(request.url.searchParams);
  refuseUnserved(query);
  const info: SessionInfo = {
    id,
    gatewayId: parts.id,
    language: query.language,
    model: query.model,
    clientIp: request.remoteAddress,
    epoch: 1,
    enhanceOnEnd: false,
    ...(query.speaker === undefined ? {} : { speaker: query.speaker }),
  };
  const ingest = await openIngest(query);
  try {
    const link = await openWorkerLink(
      { router: parts.router, ledger: parts.registry.ledger, clock: parts.clock, log: parts.log },
      { session: info, config: () => workerConfig(id, query), signal },
    );
    return { query, info, link, ingest };
  } catch (error) {
    ingest.close();
    throw error;
  }
}

/** Everything between an accepted socket and a worker that serves it. */
import { RtError } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import { within } from '../base/within.ts';
import { parseStreamQuery, type StreamQuery } from '../protocol/query.ts';
import type { SessionInfo } from '../registry/ports.ts';
import type { UpgradeRequest } from '../transport/ws-server.ts';
import type { ClientInbox } from './client-inbox.ts';
import { openIngest } from './ingest.ts';
import type { EndedSession, OpenedSession } from './opened-session.ts';
import type { Door } from './overload/door.ts';
import { type ResumeParts, resumeSession } from './resume/resume-session.ts';
import { issueToken } from './resume/resume-token.ts';
import { startAtBeginning } from './resume/session-start.ts';
import { workerConfig } from './session-messages.ts';
import type { SlotReleases } from './slot-releases.ts';
import { openWorkerLink, type WorkerLink } from './worker-link.ts';

/** How long a client that comes back may take to say which session it means. */
const FIRST_MESSAGE_MS = 10_000;

export interface OpeningParts extends ResumeParts {
  readonly door: Door;
  readonly slots: SlotReleases;
}

export interface OpeningRequest {
  /** For a new session. */
  readonly id: SessionId;
  readonly request: UpgradeRequest;
  readonly inbox: Pick<ClientInbox, 'first'>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/**
 * Reads the parameters, then finds a worker. When it fails nothing is held.
 * @throws RtError invalid_parameters, invalid_message, resume_failed, no_capacity, language_unsupported,
 * registry_unavailable, worker_unreachable, interrupted
 */
export async function openSession(
  parts: OpeningParts,
  opening: OpeningRequest,
): Promise<OpenedSession | EndedSession> {
  const query = parseStreamQuery(opening.request.url.searchParams);
  parts.door.check(query.resume ? 'resumed' : 'new');
  if (!query.resume) return beginSession(parts, opening, query);
  const left = new Promise<'late'>((resolve) => {
    opening.signal.addEventListener('abort', () => resolve('late'), { once: true });
  });
  const coming = Promise.race([opening.inbox.first(), left]);
  const first = await within(parts.clock, FIRST_MESSAGE_MS, coming);
  if (first === 'late') {
    throw new RtError('idle_timeout', `No first message came within ${FIRST_MESSAGE_MS / 1000} s`);
  }
  const clientIp = opening.request.remoteAddress;
  return resumeSession(parts, { query, first, clientIp, signal: opening.signal });
}

async function beginSession(
  parts: OpeningParts,
  { id, request, signal }: OpeningRequest,
  query: StreamQuery,
): Promise<OpenedSession> {
  const token = query.acks === 'off' ? undefined : issueToken(id, 1);
  const info: SessionInfo = {
    id,
    gatewayId: parts.id,
    language: query.language,
    model: query.model,
    clientIp: request.remoteAddress,
    epoch: 1,
    enhanceOnEnd: false,
    ...(token === undefined ? {} : { resume: token.sum }),
    ...(query.speaker === undefined ? {} : { speaker: query.speaker }),
  };
  const ingest = await openIngest(query);
  try {
    const open = (model: string): Promise<WorkerLink> =>
      openWorkerLink(parts, {
        session: { ...info, model },
        config: () => ({ ...workerConfig(id, query), model }),
        signal,
      });
    const { link, model, warnings } = await parts.door.admit({ model: query.model, open, signal });
    const ready = { ...link.ready, warnings: [...warnings, ...link.ready.warnings] };
    const start = startAtBeginning(token);
    return { query, info: { ...info, model }, link: { ...link, ready }, ingest, start };
  } catch (error) {
    ingest.close();
    throw error;
  }
}

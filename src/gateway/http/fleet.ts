/**
 * The fleet as JSON over HTTP: `/v1/realtime/…`. The same documents as the commands print with --json.
 *
 * Always true: an id is checked before it becomes part of a key; what is not known is 404, and what cannot be
 * known because the registry does not answer is an error of the registry, never an empty list.
 */
import { RtError } from '../../base/errors.ts';
import { isSessionId, type SessionId } from '../../base/ids.ts';
import type { Journal } from '../../bus/ports.ts';
import { sessionDocument, workerDocument } from '../../registry/fleet-documents.ts';
import type { FleetView, SessionView } from '../../registry/ports.ts';
import { type HttpAnswer, jsonAnswer, problemAnswer } from '../../transport/http-answer.ts';
import { fleetStatus } from './fleet-status.ts';
import { readTranscript } from './transcript.ts';

export interface FleetSource {
  readonly fleet: Pick<FleetView, 'workers' | 'sessions' | 'session'>;
  readonly journal: Pick<Journal, 'read'>;
}

export type FleetDocuments = (url: URL) => Promise<HttpAnswer | undefined>;

/** Answers paths below `/v1/realtime`; undefined for any other. @throws RtError registry_unavailable */
export function createFleetDocuments(source: FleetSource): FleetDocuments {
  return async (url) => {
    const [empty, version, realtime, collection, id, part, ...rest] = url.pathname.split('/');
    const isOurs = empty === '' && version === 'v1' && realtime === 'realtime' && rest.length === 0;
    if (!isOurs) return undefined;
    if (id === undefined) return collectionAnswer(source, collection);
    if (collection !== 'sessions' || (part !== undefined && part !== 'transcript')) return undefined;
    return sessionAnswer(source, id, part);
  };
}

async function collectionAnswer(
  { fleet }: FleetSource,
  name: string | undefined,
): Promise<HttpAnswer | undefined> {
  switch (name) {
    case 'status':
      return jsonAnswer(200, fleetStatus(await fleet.workers()));
    case 'workers':
      return jsonAnswer(200, {
        schema: 'rt.workers/v1',
        workers: (await fleet.workers()).map(workerDocument),
      });
    case 'sessions':
      return jsonAnswer(200, {
        schema: 'rt.sessions/v1',
        sessions: (await fleet.sessions()).map(sessionDocument),
      });
    default:
      return undefined;
  }
}

async function sessionAnswer(source: FleetSource, id: string, part: string | undefined): Promise<HttpAnswer> {
  if (!isSessionId(id)) {
    const message = 'A session id is "sess_" and 12 hexadecimal digits';
    return problemAnswer(400, { code: 'invalid_parameters', message });
  }
  const session = await source.fleet.session(id);
  if (session === undefined) return unknownSession(id);
  if (part === undefined) {
    return jsonAnswer(200, { schema: 'rt.session/v1', session: sessionDocument(session) });
  }
  return transcriptAnswer(source, session);
}

async function transcriptAnswer({ journal }: FleetSource, session: SessionView): Promise<HttpAnswer> {
  const entries = await journal.read(session.id, 0);
  if (entries.length === 0) return unknownSession(session.id);
  const transcript = readTranscript(entries);
  return jsonAnswer(200, {
    schema: 'rt.transcript/v1',
    session_id: session.id,
    status: session.status,
    language: session.language,
    model: session.model,
    ...transcript,
  });
}

function unknownSession(id: SessionId): HttpAnswer {
  const { code, message } = new RtError('not_found', `There is no session ${id}, or it is no longer kept`);
  return problemAnswer(404, { code, message });
}

/** From a client that comes back to a session that goes on, whichever gateway had it (docs/sessions.md, RSM-n). */
import { RtError } from '../../base/errors.ts';
import type { SessionId } from '../../base/ids.ts';
import { parseClientMessage } from '../../protocol/codec.ts';
import type { StreamQuery } from '../../protocol/query.ts';
import type { SessionBegin } from '../../protocol/server-messages.ts';
import type { WorkerSessionConfig } from '../../protocol/worker-messages.ts';
import type { SessionInfo, SessionView } from '../../registry/ports.ts';
import { openIngest } from '../ingest.ts';
import type { EndedSession, OpenedSession } from '../opened-session.ts';
import type { GatewayServerOptions } from '../ports.ts';
import { optionWarnings, workerConfig } from '../session-messages.ts';
import { moveWorkerLink, type WorkerLink } from '../worker-link.ts';
import type { Restored, ResumeClaim } from './restore.ts';
import { sampleOfFrame } from './resume-point.ts';
import { type IssuedToken, isHeld, issueToken, readToken, type ShownToken } from './resume-token.ts';
import { type TakenOver, takeOver } from './take-over.ts';

export type ResumeParts = Pick<
  GatewayServerOptions,
  'id' | 'registry' | 'bus' | 'router' | 'clock' | 'log'
> & {
  /** The session is about to change hands: this process must write it no more. */
  readonly onTakeOver: (session: SessionId) => void;
};

export interface ResumeRequest {
  readonly query: StreamQuery;
  /** The client's first message. */
  readonly first: string | Uint8Array;
  readonly clientIp: string;
  readonly signal: AbortSignal;
}

/**
 * @throws RtError invalid_message, resume_failed, and as `moveWorkerLink`
 */
export async function resumeSession(
  parts: ResumeParts,
  request: ResumeRequest,
): Promise<OpenedSession | EndedSession> {
  const { query } = request;
  const { shown, claim } = readRequest(request);
  const record = await parts.registry.fleet.session(shown.session);
  if (!record || !isHeld(shown, record.resume)) throw unknownSession();
  const token = issueToken(record.id, record.epoch + 1);
  const info = nextInfo(parts, { record, request, token, shown });
  parts.onTakeOver(record.id);
  const take = once(() =>
    takeOver(parts.bus.journal, {
      session: record.id,
      committedSample: record.committed,
      claim,
      begin: (restored) => resumedBegin(info, { query, restored, token }),
    }),
  );
  // A session that runs is taken at the moment a worker has said yes, so that it is not left without one.
  if (record.status !== 'active' && (await take()).restored.hasEnded) return ended(await take());
  const link = await openLink(parts, { request, info, take });
  try {
    const taken = await take();
    if (!taken.restored.hasEnded) return await opened({ query, info, link, token }, taken);
    link.socket.close(1000, 'the session has ended');
    return ended(taken);
  } catch (error) {
    link.socket.terminate();
    throw error;
  }
}

function openLink(
  parts: ResumeParts,
  session: {
    readonly request: ResumeRequest;
    readonly info: SessionInfo;
    readonly take: () => Promise<TakenOver>;
  },
): Promise<WorkerLink> {
  const { request, info, take } = session;
  const { query, signal } = request;
  const config = async (): Promise<WorkerSessionConfig> => {
    const { finalisedSample, sendFromFrame } = (await take()).restored;
    return {
      ...workerConfig(info.id, query),
      model: info.model,
      epoch: info.epoch,
      from_sample: finalisedSample,
      history_samples: finalisedSample - sampleOfFrame(sendFromFrame, query.sampleRate),
    };
  };
  return moveWorkerLink(parts, { session: info, priority: 'replay', config, signal });
}

async function opened(
  session: Pick<OpenedSession, 'query' | 'info' | 'link'> & { readonly token: IssuedToken },
  { restored, seq, begin }: TakenOver,
): Promise<OpenedSession> {
  const { query, info, link, token } = session;
  const startSample = sampleOfFrame(restored.sendFromFrame, query.sampleRate);
  return {
    query,
    info,
    link,
    ingest: await openIngest(query, { frame: restored.sendFromFrame, sample: startSample }),
    start: {
      lastSeq: seq,
      segments: restored.segments,
      told: restored.told,
      startSample,
      finalisedSample: restored.finalisedSample,
      token,
      resumed: { begin, replay: restored.replay },
    },
  };
}

function ended({ begin, restored }: TakenOver): EndedSession {
  return { type: 'ended', messages: [begin, ...restored.replay] };
}

/** Runs `make` at the first call alone. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function readRequest({ first, query }: ResumeRequest): {
  readonly shown: ShownToken;
  readonly claim: ResumeClaim;
} {
  const message = typeof first === 'string' ? parseClientMessage(first) : undefined;
  if (message?.type !== 'resume') {
    throw new RtError('invalid_message', 'With resume=true the first message is {"type":"resume", …}');
  }
  const shown = readToken(message.token);
  if (!shown) throw unknownSession();
  const { from_sample: fromFrame, have_seq: haveSeq } = message;
  return { shown, claim: { fromFrame, haveSeq, sampleRate: query.sampleRate } };
}

/** Absent and foreign sessions look the same. */
function unknownSession(): RtError {
  return new RtError('resume_failed', 'There is no session that this token takes up', {
    hint: 'Open a new session and send the audio again.',
  });
}

function nextInfo(
  parts: Pick<ResumeParts, 'id'>,
  owner: {
    readonly record: SessionView;
    readonly request: ResumeRequest;
    readonly token: IssuedToken;
    readonly shown: ShownToken;
  },
): SessionInfo {
  const { record, request, token, shown } = owner;
  const { room, speaker } = record;
  return {
    id: record.id,
    gatewayId: parts.id,
    language: record.language,
    model: record.model,
    clientIp: request.clientIp,
    epoch: record.epoch + 1,
    enhanceOnEnd: record.enhanceOnEnd,
    // The token that was shown holds until audio comes: the answer may be lost on its way.
    resume: `${token.sum} ${shown.sum}`,
    ...(room === undefined ? {} : { room }),
    ...(speaker === undefined ? {} : { speaker }),
  };
}

function resumedBegin(
  info: SessionInfo,
  about: { readonly query: StreamQuery; readonly restored: Restored; readonly token: IssuedToken },
): SessionBegin {
  const { query, restored, token } = about;
  const { begin } = restored;
  return {
    type: 'session.begin',
    session_id: info.id,
    protocol: 1,
    model: begin?.model ?? info.model,
    language: begin?.language ?? info.language,
    sample_rate: query.sampleRate,
    encoding: query.encoding,
    channels: query.channels,
    partials: begin?.partials ?? query.interimResults,
    epoch: info.epoch,
    resume_token: token.token,
    resumed: {
      complete: restored.isComplete,
      send_from_sample: restored.sendFromFrame,
      replayed: restored.replay.length,
    },
    warnings: optionWarnings(query),
  };
}

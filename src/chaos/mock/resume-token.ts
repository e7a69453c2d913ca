/** A session in a text that the client keeps: the mock remembers nothing, so everything is in it. */
import { isSessionId, type SessionId } from '../../base/ids.ts';
import { parseJsonObject } from '../../protocol/json.ts';

export interface ResumableSession {
  readonly sessionId: SessionId;
  /** The `seq` of each session.begin that answered a resume, rising. */
  readonly resumedAt: readonly number[];
}

const MAX_CHARS = 2_048;

/** The epoch the session is in: one more with each resume. */
export function epochOf({ resumedAt }: ResumableSession): number {
  return resumedAt.length + 1;
}

/** The `seq` of the event that would have `place` in a session nobody resumed. */
export function seqOf({ resumedAt }: ResumableSession, place: number): number {
  return resumedAt.reduce((seq, taken) => (seq >= taken ? seq + 1 : seq), place);
}

export function encodeResumeToken({ sessionId, resumedAt }: ResumableSession): string {
  return Buffer.from(JSON.stringify({ session: sessionId, resumed_at: resumedAt })).toString('base64url');
}

/** Undefined for a text that no mock has made. */
export function decodeResumeToken(token: string): ResumableSession | undefined {
  const parsed = parseJsonObject(Buffer.from(token, 'base64url').toString('utf8'), MAX_CHARS);
  if (parsed.type === 'invalid') return undefined;
  const { session, resumed_at: resumedAt } = parsed.object;
  if (typeof session !== 'string' || !isSessionId(session) || !Array.isArray(resumedAt)) return undefined;
  return resumedAt.every(Number.isSafeInteger) ? { sessionId: session, resumedAt } : undefined;
}

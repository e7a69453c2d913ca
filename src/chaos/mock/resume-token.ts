/** A session in a text that the client keeps: the mock remembers nothing, so everything is in it. */
import { isSessionId, type SessionId } from '../../base/ids.ts';
import { parseJsonObject } from '../../protocol/json.ts';

export interface ResumableSession {
  readonly sessionId: SessionId;
  readonly epoch: number;
}

const MAX_CHARS = 256;

export function encodeResumeToken({ sessionId, epoch }: ResumableSession): string {
  return Buffer.from(JSON.stringify({ session: sessionId, epoch })).toString('base64url');
}

/** Undefined for a text that no mock has made. */
export function decodeResumeToken(token: string): ResumableSession | undefined {
  const parsed = parseJsonObject(Buffer.from(token, 'base64url').toString('utf8'), MAX_CHARS);
  if (parsed.type === 'invalid') return undefined;
  const { session, epoch } = parsed.object;
  const isKnown = typeof session === 'string' && isSessionId(session);
  if (!isKnown || typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 1) return undefined;
  return { sessionId: session, epoch };
}

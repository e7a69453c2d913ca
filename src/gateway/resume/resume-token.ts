/**
 * What a client shows to take its session up again: the session, the epoch it was told it under, and a secret of
 * which the store holds only the sum. Each epoch has its own; that of the epoch before holds until the first audio
 * under the new one, so that an answer that was lost on the way costs nothing.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isSessionId, type SessionId } from '../../base/ids.ts';

const VERSION = 'r1';
const SECRET_BYTES = 18;
const MOST_CHARS = 200;

export interface IssuedToken {
  readonly token: string;
  /** For the store. */
  readonly sum: string;
}

export interface ShownToken {
  readonly session: SessionId;
  readonly epoch: number;
  readonly sum: string;
}

export function issueToken(session: SessionId, epoch: number): IssuedToken {
  const token = [VERSION, session, epoch, randomBytes(SECRET_BYTES).toString('base64url')].join('.');
  return { token, sum: sumOf(token) };
}

/** Undefined for what no gateway issued. */
export function readToken(token: string): ShownToken | undefined {
  if (token.length > MOST_CHARS) return undefined;
  const [version, session, epochText, secret] = token.split('.');
  const epoch = Number(epochText);
  if (version !== VERSION || !session || !secret || !isSessionId(session)) return undefined;
  if (!Number.isSafeInteger(epoch) || epoch < 1) return undefined;
  return { session, epoch, sum: sumOf(token) };
}

/** @param held sums as the store has them, separated by a space */
export function isHeld(shown: ShownToken, held: string | undefined): boolean {
  const sum = Buffer.from(shown.sum);
  return (held ?? '').split(' ').some((each) => {
    const known = Buffer.from(each);
    return known.length === sum.length && timingSafeEqual(known, sum);
  });
}

function sumOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

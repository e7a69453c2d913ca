/** What ends a session by the clock or by its reader (docs/sessions.md). Pure. */
import { RtError } from '../base/errors.ts';

/** A client that sends neither audio nor text. */
export const IDLE_MS = 60_000;
export const SESSION_MS: number = 4 * 3_600_000;
/** What may wait for a reader. */
export const SLOW_READER_BYTES: number = 1024 * 1024;

export interface SessionLook {
  readonly nowMs: number;
  /** When the connection was accepted. */
  readonly openedMs: number;
  /** When the client last said anything, or could have and was not read. */
  readonly aliveMs: number;
  /** False once the client said `end`: then nothing more is expected of it. */
  readonly isListening: boolean;
  readonly unreadBytes: number;
}

/** The limit that a session is beyond, as the error its client is told. */
export function exceededLimit(look: SessionLook): RtError | undefined {
  if (look.unreadBytes > SLOW_READER_BYTES) {
    return new RtError('slow_reader', 'Results wait unread: this client reads more slowly than it is sent');
  }
  if (look.nowMs - look.openedMs > SESSION_MS) {
    return new RtError('session_timeout', 'The session has reached its greatest length of 4 hours');
  }
  if (look.isListening && look.nowMs - look.aliveMs > IDLE_MS) {
    return new RtError('idle_timeout', `No audio and no keepalive for ${IDLE_MS / 1000} s`);
  }
  return undefined;
}

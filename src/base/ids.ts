/** Branded identifiers, so that a worker id cannot be passed where a session id is due. */
import { randomBytes } from 'node:crypto';

export type SessionId = string & { readonly __brand: 'SessionId' };
export type WorkerId = string & { readonly __brand: 'WorkerId' };
export type GatewayId = string & { readonly __brand: 'GatewayId' };

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const SESSION_ID = /^sess_[0-9a-f]{12}$/;

/** A fresh session id: `sess_` and 12 hexadecimal digits (48 random bits). */
export function createSessionId(): SessionId {
  return `sess_${randomBytes(6).toString('hex')}` as SessionId;
}

/** A fresh id for a process: `prefix-` and 6 hexadecimal digits. */
export function createProcessId(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString('hex')}`;
}

/** True when `text` may become part of a Redis key: letters, digits, `_`, `-`, at most 64. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** True for ids made by `createSessionId`. */
export function isSessionId(text: string): text is SessionId {
  return SESSION_ID.test(text);
}

/** What a server that leaves says to its clients, in the one place that knows its word for why. */
import type { GoAway } from './server-messages.ts';

/** @param reconnectInMs when to be elsewhere: spread, so that clients do not come at once */
export function goAwayMessage(reconnectInMs: number): GoAway {
  return { type: 'goaway', reason: 'draining', reconnect_in_ms: reconnectInMs };
}

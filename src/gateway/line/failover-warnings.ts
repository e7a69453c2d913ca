/** What a client is told of a change of workers (docs/protocol.md, WIRE-34). Pure. */
import type { Warning } from '../../protocol/server-messages.ts';

/** Another worker goes on; nobody had the session for `gapMs`. */
export function failoverWarning(gapMs: number): Warning {
  return {
    type: 'warning',
    code: 'failover',
    message: 'The worker was lost; another one goes on',
    gap_ms: Math.round(gapMs),
  };
}

/** Nobody has the session yet, for `waitedMs` by now. */
export function waitingWarning(waitedMs: number): Warning {
  return {
    type: 'warning',
    code: 'degraded',
    message: 'No worker is free to go on with the session; its audio is kept',
    waited_ms: Math.round(waitedMs),
  };
}

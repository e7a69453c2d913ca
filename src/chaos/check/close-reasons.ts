/**
 * I7: whoever is closed is told why and whether to come back, before the close; and nobody has to come back for what
 * went wrong behind the gateways.
 */
import type { Connection, RunRecord, SessionRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

/** The good end, what the network does, and what the frame parser closes before anything of ours is asked. */
const UNEXPLAINED = new Set([1000, 1002, 1006, 1007, 1009]);

export function checkCloseReasons(run: RunRecord): readonly Violation[] {
  return [...checkReasons(run), ...checkReturns(run)];
}

function checkReasons(run: RunRecord): readonly Violation[] {
  return run.sessions.flatMap(({ actor, connections }) =>
    connections.flatMap((connection) => {
      const { close } = connection;
      if (close === undefined || UNEXPLAINED.has(close.code) || isExplained(connection)) return [];
      return [
        {
          session: actor,
          message: `closed with ${close.code} without an error that says whether to come back`,
          atMs: close.t_ms,
        },
      ];
    }),
  );
}

function isExplained({ events }: Connection): boolean {
  return events.some(
    ({ message }) =>
      message.type === 'error' &&
      !message.recoverable &&
      (message.retry !== 'after' || message.retry_after_ms !== undefined),
  );
}

/** Connections that took the place of another one before anything on the way of the client had failed. */
function checkReturns(run: RunRecord): readonly Violation[] {
  const failedMs = run.of('fault').find(({ role }) => role === 'gateway' || role === 'network')?.t_ms;
  return run.sessions.flatMap((session) =>
    returnsOf(session)
      .filter(({ connectMs }) => failedMs === undefined || connectMs < failedMs)
      .map(({ connectMs }) => ({
        session: session.actor,
        message: 'it had to come back before any gateway or network had failed',
        atMs: connectMs,
      })),
  );
}

function returnsOf({ connections }: SessionRecord): readonly Connection[] {
  const first = connections.findIndex(({ begin }) => begin !== undefined);
  return first === -1 ? [] : connections.slice(first + 1);
}
